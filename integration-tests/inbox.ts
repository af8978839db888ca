import { linkIn as urlIn } from "../support/mail-links"
import { MailServer, type ReceivedMail } from "../support/mail-server"
import { until } from "../support/until"

export type { ReceivedMail } from "../support/mail-server"
export { until } from "../support/until"

/** A mail server, with the questions that tests ask about its emails. */
export class Inbox extends MailServer {
  static async open(): Promise<Inbox> {
    const inbox = new Inbox()
    await inbox.up()
    return inbox
  }

  /**
   * Waits until an address has `count` emails, and returns them.
   *
   * @throws Error if they don't arrive in time
   */
  async mailsFor(address: string, count = 1): Promise<ReceivedMail[]> {
    const haveCome = () => this.mailsTo(address).length >= count
    await until(haveCome, `${count} mail(s) for ${address}`)
    return this.mailsTo(address)
  }

  close(): Promise<void> {
    return this.stop()
  }
}

/** The link in a mail, and the token in the link. */
export function linkIn(mail: ReceivedMail): { url: URL; token: string } {
  const url = urlIn(mail)
  return { url, token: url.searchParams.get("token") ?? "" }
}
