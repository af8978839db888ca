import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { guardedRoute } from "../../guarded-route"
import type { Guard } from "../../guards/guard"
import { requireAllowedProvider } from "../../guards/require-allowed-provider"
import { allowStorefronts } from "../cors"
import { useLaravelErrors } from "./error-responses"

/** A route of Bagisto's shop API: the handler behind its guards, with every error in Laravel's format. */
export function storefrontRoute<Body>(
  guards: readonly Guard[],
  handle: (req: MedusaRequest<Body>, res: MedusaResponse) => Promise<unknown>,
) {
  const guarded = guardedRoute([requireAllowedProvider("customer"), ...guards], handle)
  return async (req: MedusaRequest<Body>, res: MedusaResponse) => {
    useLaravelErrors(res)
    allowStorefronts(req, res)
    await guarded(req, res)
  }
}
