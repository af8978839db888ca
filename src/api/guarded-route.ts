import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { forbidCaching } from "./guards/forbid-caching"

/** May answer by itself, hand on, or refuse: by an error that it hands to `next`, or throws. */
export type Guard = (req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) => unknown

/**
 * A handler behind middlewares of its own: they stand in no list of the plugin's, and so are gone with
 * the route when the dialect is off.
 */
export function guardedRoute<Body>(
  middlewares: readonly Guard[],
  handle: (req: MedusaRequest<Body>, res: MedusaResponse) => Promise<unknown>,
) {
  return async (req: MedusaRequest<Body>, res: MedusaResponse): Promise<void> => {
    for (const middleware of [forbidCaching, ...middlewares]) {
      if (!(await passes(middleware, req, res))) {
        return // It has answered, or nobody waits any more.
      }
    }
    await handle(req, res)
  }
}

/** Whether a middleware lets a request on; what it hands to `next` is thrown. */
export async function passes(
  middleware: Guard,
  req: MedusaRequest,
  res: MedusaResponse,
): Promise<boolean> {
  let passed = false
  await middleware(req, res, (error?: unknown) => {
    if (error) {
      throw error
    }
    passed = true
  })
  return passed
}
