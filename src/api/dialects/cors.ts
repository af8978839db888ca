import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { parseCorsOrigins } from "@medusajs/framework/utils"
import { httpConfigOf } from "../http-config"

/**
 * Lets pages of the storefront read the response, by Medusa's option `storeCors`. Medusa itself applies it
 * below `/store` only.
 *
 * @returns whether the request comes from such a page
 */
export function allowStorefronts(req: MedusaRequest, res: MedusaResponse): boolean {
  const origin = req.get("origin")
  const isAllowed =
    origin !== undefined &&
    parseCorsOrigins(httpConfigOf(req.scope).storeCors).some((allowed) =>
      allowed instanceof RegExp ? allowed.test(origin) : allowed === origin,
    )
  res.vary("Origin")
  if (isAllowed) {
    res.setHeader("Access-Control-Allow-Origin", origin)
    res.setHeader("Access-Control-Allow-Credentials", "true")
  }
  return isAllowed
}

/** A route's handler for `OPTIONS`: answers a browser's CORS preflight request. */
export function preflight(...methods: string[]) {
  return async (req: MedusaRequest, res: MedusaResponse): Promise<void> => {
    res.vary("Access-Control-Request-Headers")
    if (allowStorefronts(req, res)) {
      const headers = req.get("access-control-request-headers")
      res.setHeader("Access-Control-Allow-Methods", methods.join(","))
      if (headers) {
        res.setHeader("Access-Control-Allow-Headers", headers)
      }
    }
    res.status(204).end()
  }
}
