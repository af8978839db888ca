import type { Guard } from "./guard"

/** Keeps answers about a token out of every cache, and the page's address out of other sites' logs. */
export const forbidCaching: Guard = (_, res, next) => {
  res.setHeader("Cache-Control", "no-store")
  res.setHeader("Referrer-Policy", "no-referrer")
  next()
}
