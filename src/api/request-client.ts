import type { MedusaRequest } from "@medusajs/framework/http"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { ClientDescription } from "../domain/passwords/notice-repository"
import { browserOf } from "./browser"

/**
 * The language that whoever asks reads: `wish` is what the request itself says, then comes what the
 * JS SDK sends, then the browser's list.
 *
 * @returns a BCP 47 tag that there are words for; the store's own language, if none of theirs is
 */
export function localeOf(req: MedusaRequest, wish?: unknown): string {
  const resets = req.scope.resolve(PASSWORD_RESET_MODULE)
  return resets.pickLocale([wish, req.get("x-medusa-locale"), ...req.acceptsLanguages()])
}

/** The token in the `Authorization` header (RFC 6750, 2.1), found as Medusa finds it. */
export function bearerToken({ headers }: Pick<MedusaRequest, "headers">): string | undefined {
  const [, scheme, token] = headers.authorization?.match(/^\s*(\S+)\s+(\S+)/) ?? []
  return scheme?.toLowerCase() === "bearer" ? token : undefined
}

/** From where a request comes, for the mail that tells an account's owner of it. */
export function describeClient(req: MedusaRequest): ClientDescription {
  const { clientIp } = req.scope.resolve(PASSWORD_RESET_MODULE)
  return {
    ip: clientIp.of(req),
    browser: browserOf(req.get("user-agent")),
    locale: localeOf(req),
  }
}
