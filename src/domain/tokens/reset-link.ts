/** What a page's URL may hold in curly brackets. */
type LinkValues = { token: string; email: string; locale: string }

const PLACEHOLDER = /\{(\w*)\}/g
const KNOWN: readonly string[] = ["token", "email", "locale"] satisfies (keyof LinkValues)[]
/** Schemes of which a link does something else than to open a page or an app. */
const NOT_A_PAGE =
  /^(?:javascript|data|vbscript|file|filesystem|blob|about|view-source|mailto|tel|sms|ftp|wss?):/i

/**
 * Builds the link of a reset mail. Placeholders are filled, in the fragment too: `{token}`, `{email}`,
 * `{locale}`. A page without `{token}` gets `token` and `email` into its query.
 *
 * @param page as `faultInPage` accepts it, or an allowed redirect URL, which has no placeholders
 */
export function buildResetLink(page: string, values: LinkValues): string {
  const filled = page.replace(PLACEHOLDER, (_, name) =>
    encodeURIComponent(values[name as keyof LinkValues]),
  )
  if (page.includes("{token}")) {
    return filled
  }
  const url = new URL(filled)
  url.searchParams.set("token", values.token)
  url.searchParams.set("email", values.email)
  return url.href
}

/**
 * Looks for what keeps a page's URL from working.
 *
 * @returns what it must be, as an error message goes on; undefined where it can work
 */
export function faultInPage(page: string): string | undefined {
  const unknown = [...page.matchAll(PLACEHOLDER)].find(([, name]) => !KNOWN.includes(name!))
  if (unknown) {
    return `has an unknown placeholder ${unknown[0]}; {token}, {email} and {locale} are known`
  }
  const [, scheme, host = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(page) ?? []
  const isWeb = /^https?$/i.test(scheme ?? "")
  const filled = page.replace(PLACEHOLDER, "x")
  if (!scheme || NOT_A_PAGE.test(page) || !URL.canParse(filled) || (isWeb && !host)) {
    return "must be an absolute http(s) URL, or one of an app such as myapp://reset"
  }
  return /\{(token|email)\}/.test(host) && isWeb
    ? "must have {token} and {email} behind the host"
    : undefined
}

/** Whether a page reads its address behind the `#`, where it finds no token. */
export function hidesToken(page: string): boolean {
  return page.includes("#") && !page.includes("{token}")
}
