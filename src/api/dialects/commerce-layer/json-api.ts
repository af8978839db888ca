import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { guardedRoute, type Guard } from "../../guarded-route"
import { allowStorefronts } from "../cors"
import { asRefusal, refusal, sendErrors, translated } from "./errors"

export const MEDIA_TYPE = "application/vnd.api+json"

/** The one type of resource that the dialect knows. */
export const TYPE = "customer_password_resets"

/**
 * A route of the dialect: the middlewares in their order, as Medusa would run them, then the handler;
 * every answer is JSON:API, every error an error object.
 */
export function jsonApi(
  middlewares: readonly Guard[],
  handle: (req: MedusaRequest, res: MedusaResponse) => Promise<void>,
) {
  const guarded = guardedRoute(middlewares, handle)
  return async (req: MedusaRequest, res: MedusaResponse): Promise<void> => {
    speakJsonApi(res)
    allowStorefronts(req, res)
    try {
      await guarded(req, res)
    } catch (error) {
      const refused = asRefusal(error)
      if (!refused) {
        req.scope.resolve(ContainerRegistrationKeys.LOGGER).error(error as Error)
      }
      const { errors } = refused ?? refusal("INTERNAL_SERVER_ERROR", "An unknown error occurred.")
      sendErrors(res, errors)
    }
  }
}

/** Answers have the media type without a charset (JSON:API 1.1, 5.3), which Express would add to a string. */
function speakJsonApi(res: MedusaResponse): void {
  res.json = (body) => {
    res.setHeader("Content-Type", MEDIA_TYPE)
    return res.send(Buffer.from(JSON.stringify(translated(body))))
  }
}
