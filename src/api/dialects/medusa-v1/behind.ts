import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"
import { PROVIDER } from "../../../security/reset-token"

type Middleware = (req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) => unknown

/**
 * A handler behind middlewares of its own: they stand in no list of the plugin's, and so are gone with
 * the route when the dialect is off. What Medusa's auth routes check comes first.
 */
export function behind<Body>(
  middlewares: readonly Middleware[],
  handle: (req: MedusaRequest<Body>, res: MedusaResponse) => Promise<unknown>,
) {
  return async (req: MedusaRequest<Body>, res: MedusaResponse) => {
    for (const middleware of [forbidCaching, requireEmailpass, ...middlewares]) {
      if (!(await passes(middleware, req, res))) {
        return // It has answered, or nobody waits any more.
      }
    }
    await handle(req, res)
  }
}

/** Whether a middleware lets a request on; what it hands to `next` is thrown. */
async function passes(
  middleware: Middleware,
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

function forbidCaching(_: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) {
  res.setHeader("Cache-Control", "no-store")
  res.setHeader("Referrer-Policy", "no-referrer")
  next()
}

/** A store whose customers may not sign in with a password resets none. In Medusa's words. */
function requireEmailpass(req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) {
  const { http } = req.scope.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const allowed = http.authMethodsPerActor?.customer
  if (allowed && !allowed.includes(PROVIDER)) {
    return next(
      new MedusaError(
        MedusaError.Types.NOT_ALLOWED,
        `The actor type customer is not allowed to use the auth provider ${PROVIDER}`,
      ),
    )
  }
  next()
}
