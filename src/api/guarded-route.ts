import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { forbidCaching } from "./guards/forbid-caching"
import type { Guard } from "./guards/guard"
import { requireTables } from "./guards/require-tables"

/**
 * A handler behind guards of its own. They don't stand in the table of `middlewares.ts`, and so are gone
 * with the route when its dialect is off.
 */
export function guardedRoute<Body>(
  guards: readonly Guard[],
  handle: (req: MedusaRequest<Body>, res: MedusaResponse) => Promise<unknown>,
) {
  return async (req: MedusaRequest<Body>, res: MedusaResponse): Promise<void> => {
    for (const guard of [forbidCaching, requireTables, ...guards]) {
      if (!(await passes(guard, req, res))) {
        return // The guard has answered, or the client has disconnected.
      }
    }
    await handle(req, res)
  }
}

/** Whether a guard lets a request on. An error that it hands to `next` is thrown. */
export async function passes(
  guard: Guard,
  req: MedusaRequest,
  res: MedusaResponse,
): Promise<boolean> {
  let passed = false
  await guard(req, res, (error?: unknown) => {
    if (error) {
      throw error
    }
    passed = true
  })
  return passed
}
