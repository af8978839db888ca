import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { requireAllowedProvider } from "../../allowed-provider"
import { behind, type Middleware } from "../behind"
import { allowStorefronts } from "../cors"
import { speakLaravel } from "./answers"
import { requireStorefrontKey } from "./storefront-key"

/** A route of Bagisto's shop API: for storefronts that have a key, and in Laravel's shape throughout. */
export function storefrontRoute<Body>(
  middlewares: readonly Middleware[],
  handle: (req: MedusaRequest<Body>, res: MedusaResponse) => Promise<unknown>,
) {
  const guarded = behind(
    [requireAllowedProvider("customer"), requireStorefrontKey, ...middlewares],
    handle,
  )
  return async (req: MedusaRequest<Body>, res: MedusaResponse) => {
    speakLaravel(res)
    allowStorefronts(req, res)
    await guarded(req, res)
  }
}
