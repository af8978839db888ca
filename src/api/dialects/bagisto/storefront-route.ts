import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { requireAllowedProvider } from "../../guards/allowed-provider"
import { guardedRoute, type Guard } from "../../guarded-route"
import { allowStorefronts } from "../cors"
import { speakLaravel } from "./answers"

/** A route of Bagisto's shop API: in Laravel's shape throughout. */
export function storefrontRoute<Body>(
  middlewares: readonly Guard[],
  handle: (req: MedusaRequest<Body>, res: MedusaResponse) => Promise<unknown>,
) {
  const guarded = guardedRoute([requireAllowedProvider("customer"), ...middlewares], handle)
  return async (req: MedusaRequest<Body>, res: MedusaResponse) => {
    speakLaravel(res)
    allowStorefronts(req, res)
    await guarded(req, res)
  }
}
