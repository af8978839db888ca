import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { defineFileConfig, MedusaError } from "@medusajs/framework/utils"
import { isPasswordRejected, isTokenError } from "../../../../domain/errors"
import { cancelPasswordResetWorkflow } from "../../../../workflows"
import { completePasswordReset } from "../../../../workflows/complete-password-reset"
import { describeClient } from "../../../request-client"
import {
  attributeError,
  attributeRefusal,
  type JsonApiError,
  Refusal,
  refusal,
} from "../../../dialects/commerce-layer/errors"
import { jsonApiRoute } from "../../../dialects/commerce-layer/json-api-route"
import { readFields } from "../../../dialects/commerce-layer/query"
import { readDocument } from "../../../dialects/commerce-layer/read-document"
import { requireSecretKey } from "../../../dialects/commerce-layer/require-secret-key"
import { retrieveReset } from "../../../dialects/commerce-layer/resets"
import { sendReset } from "../../../dialects/commerce-layer/resource"
import { validateAttributes } from "../../../dialects/commerce-layer/validate-attributes"
import { UpdateAttributes } from "../../../dialects/commerce-layer/validators"
import { preflight } from "../../../dialects/cors"
import { dialectIsOn } from "../../../dialects/dialect-is-on"
import { boundHashing } from "../../../guards/bound-hashing"
import { countBadToken, limitBadTokens } from "../../../guards/limit-bad-tokens"
import { requireAllowedProvider } from "../../../guards/require-allowed-provider"

defineFileConfig({ path: __filename, isDisabled: () => !dialectIsOn("commerce-layer") })

export const OPTIONS = preflight("GET", "PATCH", "DELETE")

/** One reset. */
export const GET = jsonApiRoute([requireSecretKey], async (req, res) => {
  sendReset(req, res, await findReset(req))
})

/** Sets the new password and spends the token, for whoever has it. Nobody is signed in by it. */
export const PATCH = jsonApiRoute(
  [
    requireAllowedProvider("customer"),
    limitBadTokens,
    readDocument,
    validateAttributes(UpdateAttributes),
    boundHashing,
  ],
  async (req, res) => {
    readFields(req.query)
    await complete(req as MedusaRequest<UpdateAttributes>, res)
    sendReset(req, res, await findReset(req))
  },
)

/** Ends a reset, and every other link of its account. */
export const DELETE = jsonApiRoute([requireSecretKey], async (req, res) => {
  const { id } = await findReset(req)
  try {
    await cancelPasswordResetWorkflow(req.scope).run({ input: { id } })
  } catch (error) {
    if ((error as Partial<MedusaError>).type === MedusaError.Types.NOT_ALLOWED) {
      throw refusal("LOCKED", (error as MedusaError).message)
    }
    throw error
  }
  res.status(204).end()
})

/** The reset that the path names. */
function findReset({ params, scope }: MedusaRequest) {
  return retrieveReset(params.id as string, scope)
}

async function complete(req: MedusaRequest<UpdateAttributes>, res: MedusaResponse): Promise<void> {
  const { customer_password, _reset_password_token: token } = req.validatedBody
  try {
    const { id } = await findReset(req)
    await completePasswordReset(
      {
        id,
        token,
        actor_type: "customer",
        password: customer_password,
        client: describeClient(req),
      },
      req.scope,
    )
  } catch (error) {
    if (isPasswordRejected(error)) {
      const errors = error.reasons.map(({ code, message }) =>
        attributeError("customer_password", message, code),
      )
      throw new Refusal(errors as [JsonApiError])
    }
    const isBadToken = isTokenError(error)
    if (isBadToken || error instanceof Refusal) {
      countBadToken(res)
    }
    throw isBadToken ? attributeRefusal("_reset_password_token", "is invalid", error.code) : error
  }
}
