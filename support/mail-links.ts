type Mail = { text?: string }

const LINK = /https?:\/\/\S+/

/**
 * Finds the link in a mail's text part, which is for people whose mail program shows no HTML.
 *
 * @throws Error where there is none
 */
export function linkIn(mail: Mail): URL {
  const link = findLink(mail)
  if (!link) {
    throw new Error(`no link in the mail:\n${mail.text}`)
  }
  return link
}

/** Finds the token in a mail's link. A notice has none. */
export function findToken(mail: Mail): string | undefined {
  return findLink(mail)?.searchParams.get("token") ?? undefined
}

/**
 * Finds the token in a mail's link.
 *
 * @throws Error where there is none
 */
export function tokenIn(mail: Mail): string {
  const token = findToken(mail)
  if (!token) {
    throw new Error(`no token in the mail:\n${mail.text}`)
  }
  return token
}

function findLink({ text = "" }: Mail): URL | undefined {
  const [link] = LINK.exec(text) ?? []
  return link ? new URL(link) : undefined
}
