import type { AuthenticatedMedusaRequest } from "@medusajs/framework/http"
import { defineFileConfig, MedusaError } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../../modules/password-reset"
import { startPasswordResetWorkflow } from "../../../workflows"
import { attributeRefusal } from "../../dialects/commerce-layer/errors"
import { jsonApiRoute } from "../../dialects/commerce-layer/json-api-route"
import { pageLinks } from "../../dialects/commerce-layer/page-links"
import { readFields, readListQuery } from "../../dialects/commerce-layer/query"
import { readDocument } from "../../dialects/commerce-layer/read-document"
import { requireSecretKey } from "../../dialects/commerce-layer/require-secret-key"
import { listResets, retrieveReset } from "../../dialects/commerce-layer/resets"
import { resourceOf, sendReset } from "../../dialects/commerce-layer/resource"
import { validateAttributes } from "../../dialects/commerce-layer/validate-attributes"
import { CreateAttributes } from "../../dialects/commerce-layer/validators"
import { preflight } from "../../dialects/cors"
import { dialectIsOn } from "../../dialects/dialect-is-on"
import { limitByClient } from "../../guards/limit-by-client"
import { requireAllowedProvider } from "../../guards/require-allowed-provider"

defineFileConfig({ path: __filename, isDisabled: () => !dialectIsOn("commerce-layer") })

export const OPTIONS = preflight("GET", "POST")

/** Past and present resets of customers. */
export const GET = jsonApiRoute([requireSecretKey], async (req, res) => {
  const query = readListQuery(req.query)
  const [resets, record_count] = await listResets(query, req.scope)
  const page_count = Math.ceil(record_count / query.page.size)
  res.json({
    data: resets.map((reset) => resourceOf(req, reset, query.fields)),
    meta: { record_count, page_count },
    links: pageLinks(req, query.page, page_count),
  })
})

/** Starts a reset for a customer. The response holds the token; no later one does. */
export const POST = jsonApiRoute(
  [
    requireAllowedProvider("customer"),
    limitByClient("request"),
    requireSecretKey,
    readDocument,
    validateAttributes(CreateAttributes),
  ],
  async (req, res) => {
    readFields(req.query) // Refuses a bad query before the new token supersedes others.
    const { id, token } = await start(req as AuthenticatedMedusaRequest<CreateAttributes>)
    res.status(201)
    sendReset(req, res, await retrieveReset(id, req.scope), token)
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
    // The caller holds a secret key, so it may know that an address is unknown, as in Commerce Layer.
    if ((error as Partial<MedusaError>).type === MedusaError.Types.NOT_FOUND) {
      throw attributeRefusal("customer_email", "is no customer's", "not_found")
    }
    throw error
  }
}
