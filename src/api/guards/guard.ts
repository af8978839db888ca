import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"

/**
 * A middleware that stands before a handler. It lets the request on by `next()`, answers it itself, or
 * refuses it with an error, which it throws or hands to `next`.
 */
export type Guard = (req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) => unknown
