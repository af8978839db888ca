import { MedusaError } from "@medusajs/framework/utils"

/** The longest URL that is looked at, in characters. */
const MAX_URL_CHARACTERS = 2000

/**
 * The page that a caller may lead a reset link to (OWASP Unvalidated Redirects; CWE-601): it has to
 * lie under one of the allowed URLs, by origin and by whole segments of its path.
 *
 * What comes back is built from the parsed URL, never from the text: no credentials, no query, no
 * fragment, dot segments resolved. Encoded slashes, backslashes and dots are refused, since servers
 * disagree on what they mean, and so is what a browser would read in another way than we do.
 *
 * @returns undefined for whatever is not allowed
 */
export function allowedRedirectUrl(
  candidate: unknown,
  allowed: readonly string[] | undefined,
): string | undefined {
  if (typeof candidate !== "string" || candidate.length > MAX_URL_CHARACTERS) {
    return undefined
  }
  if (/[\\\s\p{Cc}]/u.test(candidate) || !isSafeWebUrl(candidate)) {
    return undefined
  }
  const { origin, pathname } = new URL(candidate)
  if (/%(?:2e|2f|5c)/i.test(pathname)) {
    return undefined
  }
  return allowed?.some((url) => liesUnder({ origin, pathname }, new URL(url)))
    ? origin + pathname
    : undefined
}

/**
 * Refuses a page that the link may not lead to, whoever asks.
 *
 * @param redirect_url what a request's metadata says; undefined asks for no page
 * @throws MedusaError `invalid_data`
 */
export function requireAllowedRedirect(
  redirect_url: unknown,
  allowed: readonly string[] | undefined,
): void {
  if (redirect_url !== undefined && !allowedRedirectUrl(redirect_url, allowed)) {
    throw new MedusaError(
      MedusaError.Types.INVALID_DATA,
      "Field 'metadata.redirect_url' is not under an allowed URL",
    )
  }
}

/** An absolute https URL without credentials; http for one's own machine only. */
export function isSafeWebUrl(text: string): boolean {
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) {
    return false
  }
  const { protocol, hostname, username, password } = new URL(text)
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(hostname)
  return !username && !password && (protocol === "https:" || local)
}

type Place = Pick<URL, "origin" | "pathname">

function liesUnder(place: Place, allowed: Place): boolean {
  const folder = allowed.pathname.replace(/\/+$/, "")
  return (
    place.origin === allowed.origin &&
    (place.pathname === folder || place.pathname.startsWith(`${folder}/`))
  )
}
