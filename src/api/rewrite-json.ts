import type { MedusaResponse } from "@medusajs/framework/http"

/** Passes every JSON body that is sent from now on through a function, which may also set the status. */
export function rewriteJson(res: MedusaResponse, rewrite: (body: unknown) => unknown): void {
  const send = res.json.bind(res)
  res.json = (body) => send(rewrite(body))
}
