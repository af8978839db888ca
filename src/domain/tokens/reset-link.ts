/**
 * Builds the link of a reset mail: the page with `token` and `email` added to its query. Keeps the page's own
 * query and fragment.
 *
 * @param page absolute http(s) URL; options and requests are checked for that before
 */
export function buildResetLink(page: string, { token, email }: { token: string; email: string }) {
  const url = new URL(page)
  url.searchParams.set("token", token)
  url.searchParams.set("email", email)
  return url.href
}
