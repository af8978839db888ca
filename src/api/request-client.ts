import type { MedusaRequest } from "@medusajs/framework/http"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { ClientDescription } from "../domain/passwords/notice-repository"
import type { Connection } from "../domain/throttle/client-ip"
import { SHOPPER_IP_HEADER, STOREFRONT_SECRET_HEADER } from "../domain/throttle/storefronts"
import type { Client } from "../domain/throttle/throttle"
import { browserOf } from "./browser"

/**
 * The first available language, in this order: what the body asks for, what the JS SDK sends, what the
 * browser lists, the store's own.
 *
 * @param asked in the body
 * @returns a BCP 47 tag
 */
export function localeOf(req: MedusaRequest, asked?: unknown): string {
  const resets = req.scope.resolve(PASSWORD_RESET_MODULE)
  return resets.pickLocale([asked, req.get("x-medusa-locale"), ...req.acceptsLanguages()])
}

/** The token in the `Authorization` header (RFC 6750, 2.1), found as Medusa finds it. */
export function bearerToken({ headers }: Pick<MedusaRequest, "headers">): string | undefined {
  const [, scheme, token] = headers.authorization?.match(/^\s*(\S+)\s+(\S+)/) ?? []
  return scheme?.toLowerCase() === "bearer" ? token : undefined
}

/** Who calls, as far as the options `throttle.trustedProxies` and `trustedClients` tell. */
export function clientOf(req: MedusaRequest): Client {
  return req.scope.resolve(PASSWORD_RESET_MODULE).clientIp.of(connectionOf(req))
}

function connectionOf(req: MedusaRequest): Connection {
  return {
    remoteAddress: req.socket.remoteAddress,
    forwardedFor: req.get("x-forwarded-for"),
    storefront: {
      secret: req.get(STOREFRONT_SECRET_HEADER),
      shopperIp: req.get(SHOPPER_IP_HEADER),
      fetchSite: req.get("sec-fetch-site"),
    },
  }
}

/** From where a request comes, for the email that tells an account's owner of a changed password. */
export function describeClient(req: MedusaRequest): ClientDescription {
  return {
    ip: clientOf(req).ip,
    browser: browserOf(req.get("user-agent")),
    locale: localeOf(req),
  }
}
