/**
 * The link that a mail carries: the configured page with `token` and `email` added to its query.
 * What the page's own query and fragment say is kept.
 *
 * @param page absolute http(s) URL, validated with the options
 */
export function buildResetLink(page: string, { token, email }: { token: string; email: string }) {
  const url = new URL(page)
  url.searchParams.set("token", token)
  url.searchParams.set("email", email)
  return url.href
}
