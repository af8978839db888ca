import { MedusaError } from "@medusajs/framework/utils"

/** The longest URL that is parsed. */
const MAX_URL_CHARACTERS = 2000
const READ_DIFFERENTLY_BY_SERVERS = /%(?:2e|2f|5c|25)|;|\/\//i

/**
 * Checks the page that a request wants its reset link to open (OWASP Unvalidated Redirects; CWE-601). Origin
 * and path must match an allowed URL; the path may go deeper, by whole segments.
 *
 * The result is built from the parsed URL: without credentials, query and fragment, and with dot segments
 * resolved. Encoded slashes, backslashes, dots and percent signs, `;` and empty segments are refused, since
 * servers read them differently. Backslashes, white space and control characters are refused, since browsers
 * and parsers read them differently.
 *
 * @param allowed absolute URLs from the options
 * @returns the checked URL, or undefined if it is not allowed
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
  if (READ_DIFFERENTLY_BY_SERVERS.test(pathname)) {
    return undefined
  }
  return allowed?.some((url) => liesUnder({ origin, pathname }, new URL(url)))
    ? origin + pathname
    : undefined
}

/**
 * Refuses a request for a page that is not allowed.
 *
 * @param redirect_url from the request's metadata; undefined is fine and means the configured page
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

/** Whether a text is an absolute https URL without credentials. Allows http for the local machine only. */
export function isSafeWebUrl(text: string): boolean {
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) {
    return false
  }
  const { protocol, hostname, username, password } = new URL(text)
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname)
  return !username && !password && (protocol === "https:" || isLocal)
}

type OriginAndPath = Pick<URL, "origin" | "pathname">

function liesUnder(page: OriginAndPath, allowed: OriginAndPath): boolean {
  const folder = allowed.pathname.replace(/\/+$/, "")
  return (
    page.origin === allowed.origin &&
    (page.pathname === folder || page.pathname.startsWith(`${folder}/`))
  )
}
