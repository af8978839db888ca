import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { guardedRoute } from "../../guarded-route"
import type { Guard } from "../../guards/guard"
import { allowStorefronts } from "../cors"
import { refusalFor, refusal, sendErrors, withErrorObjects } from "./errors"
import { MEDIA_TYPE } from "./media-type"

/**
 * A route of the dialect: the handler behind its guards. Every response is JSON:API, and every error an
 * error object.
 */
export function jsonApiRoute(
  guards: readonly Guard[],
  handle: (req: MedusaRequest, res: MedusaResponse) => Promise<void>,
) {
  const guarded = guardedRoute(guards, handle)
  return async (req: MedusaRequest, res: MedusaResponse): Promise<void> => {
    useJsonApi(res)
    allowStorefronts(req, res)
    try {
      await guarded(req, res)
    } catch (error) {
      const refused = refusalFor(error)
      if (!refused) {
        req.scope.resolve(ContainerRegistrationKeys.LOGGER).error(error as Error)
      }
      const { errors } = refused ?? refusal("INTERNAL_SERVER_ERROR", "An unknown error occurred.")
      sendErrors(res, errors)
    }
  }
}

/**
 * Sends every body as JSON:API. Its media type takes no charset (JSON:API 1.1, 5.3), which Express would
 * add to a string, so the body is sent as a buffer.
 */
function useJsonApi(res: MedusaResponse): void {
  res.json = (body) => {
    res.setHeader("Content-Type", MEDIA_TYPE)
    return res.send(Buffer.from(JSON.stringify(withErrorObjects(body))))
  }
}
