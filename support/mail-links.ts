type Mail = { text?: string }

/**
 * Finds the link in a mail's text part, which is for people whose mail program shows no HTML.
 *
 * @throws Error where there is none
 */
export function linkIn({ text = "" }: Mail): URL {
  const [link] = /https?:\/\/\S+/.exec(text) ?? []
  if (!link) {
    throw new Error(`no link in the mail:\n${text}`)
  }
  return new URL(link)
}

/**
 * Finds the token in a mail's link.
 *
 * @throws Error where there is none
 */
export function tokenIn(mail: Mail): string {
  const token = linkIn(mail).searchParams.get("token")
  if (!token) {
    throw new Error(`no token in the mail's link:\n${mail.text}`)
  }
  return token
}
