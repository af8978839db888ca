import type { AuthenticatedMedusaRequest, MedusaRequest } from "@medusajs/framework/http"
import { defineFileConfig, MedusaError } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../../modules/password-reset"
import { startPasswordResetWorkflow } from "../../../workflows"
import { requireAllowedProvider } from "../../guards/allowed-provider"
import { readDocument, validateAttributes } from "../../dialects/commerce-layer/document"
import { invalidAttribute } from "../../dialects/commerce-layer/errors"
import { jsonApi } from "../../dialects/commerce-layer/json-api"
import { readFields, readListQuery } from "../../dialects/commerce-layer/query"
import { findReset, list, resourceOf, sendReset } from "../../dialects/commerce-layer/resource"
import { requireSecretKey } from "../../dialects/commerce-layer/secret-key"
import { CreateAttributes } from "../../dialects/commerce-layer/validators"
import { preflight } from "../../dialects/cors"
import { dialectIsOn } from "../../dialects/dialect-is-on"
import { limitByIp } from "../../guards/throttle"

defineFileConfig({ path: __filename, isDisabled: () => !dialectIsOn("commerce-layer") })

export const OPTIONS = preflight("GET", "POST")

/** Past and present resets of customers. */
export const GET = jsonApi([requireSecretKey], async (req, res) => {
  const { page, order, filter, fields } = readListQuery(req.query)
  const skip = (page.number - 1) * page.size
  const [resets, record_count] = await list(req, filter, { skip, take: page.size, order })
  const page_count = Math.ceil(record_count / page.size)
  res.json({
    data: resets.map((reset) => resourceOf(req, reset, fields)),
    meta: { record_count, page_count },
    links: pageLinks(req, page, page_count),
  })
})

/** Issues a token for a customer, and hands it to the integration: this once. */
export const POST = jsonApi(
  [
    requireAllowedProvider("customer"),
    limitByIp("request"),
    requireSecretKey,
    readDocument,
    validateAttributes(CreateAttributes),
  ],
  async (req, res) => {
    readFields(req.query) // What can't be answered is refused before a token ends the others.
    const { id, token } = await start(req as AuthenticatedMedusaRequest<CreateAttributes>)
    res.status(201)
    sendReset(req, res, await findReset(req, id), token)
  },
)

async function start(req: AuthenticatedMedusaRequest<CreateAttributes>) {
  const { customer_email, reference, reference_origin, metadata } = req.validatedBody
  const { commerceLayer } = req.scope.resolve(PASSWORD_RESET_MODULE).options
  try {
    const { result } = await startPasswordResetWorkflow(req.scope).run({
      input: {
        identifier: customer_email.trim(),
        actor_type: "customer",
        metadata,
        token: commerceLayer.deliver ? "both" : "handed_out",
        start: {
          started_by: `api-key:${req.auth_context.actor_id}`,
          reference,
          reference_origin,
          token_ttl: commerceLayer.tokenTtl,
          dialect: "commerce-layer",
        },
      },
    })
    return result
  } catch (error) {
    // The caller is trusted: an unknown address is told, as Commerce Layer does.
    if ((error as Partial<MedusaError>).type === MedusaError.Types.NOT_FOUND) {
      throw invalidAttribute("customer_email", "is no customer's", "not_found")
    }
    throw error
  }
}

/** The pages of a list, where they are. */
function pageLinks(
  req: MedusaRequest,
  { number, size }: { number: number; size: number },
  count: number,
) {
  const last = Math.max(count, 1)
  const to = (page: number) => {
    const url = new URL(req.originalUrl, `${req.protocol}://${req.get("host")}`)
    url.searchParams.set("page[number]", String(page))
    url.searchParams.set("page[size]", String(size))
    return url.href
  }
  return {
    first: to(1),
    ...(number > 1 && { prev: to(Math.min(number - 1, last)) }),
    ...(number < last && { next: to(number + 1) }),
    last: to(last),
  }
}
