import type { AddressInfo } from "node:net"
import PostalMime, { type Email } from "postal-mime"
import { SMTPServer } from "smtp-server"

/** A mail as it came over SMTP: who it was for on the envelope, and what it says. */
export type ReceivedMail = Email & { recipients: string[]; raw: string }

/** A real SMTP server that keeps what it gets. */
export class Inbox {
  readonly mails: ReceivedMail[] = []
  /** Recipients that the server refuses: for good (550), for now (450), or by policy (a text). */
  readonly refused = new Map<string, 450 | 550 | string>()
  private readonly server: SMTPServer

  private constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      disableReverseLookup: true,
      closeTimeout: 100, // milliseconds; the provider keeps its connections open
      onMailFrom: ({ address }, _, callback) => {
        const refusal = Object.assign(new Error("No such sender"), { responseCode: 550 })
        callback(address === "refused@shop.example" ? refusal : undefined)
      },
      onRcptTo: ({ address }, _, callback) => {
        const refusal = this.refused.get(address)
        const words = { 550: "No such mailbox", 450: "Try again later" }
        const error =
          typeof refusal === "string"
            ? Object.assign(new Error(refusal), { responseCode: 550 })
            : Object.assign(new Error(`<${address}>: ${words[refusal ?? 450]}`), {
                responseCode: refusal,
              })
        callback(refusal ? error : undefined)
      },
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = []
        stream.on("data", (chunk: Buffer) => chunks.push(chunk))
        stream.on("end", async () => {
          const raw = Buffer.concat(chunks)
          const recipients = session.envelope.rcptTo.map(({ address }) => address)
          this.mails.push({ ...(await PostalMime.parse(raw)), recipients, raw: raw.toString() })
          callback()
        })
      },
    })
    this.server.on("error", () => undefined) // Connections that the other side drops.
  }

  static async open(): Promise<Inbox> {
    const inbox = new Inbox()
    await new Promise<void>((resolve) => inbox.server.listen(0, "127.0.0.1", resolve))
    return inbox
  }

  get url(): string {
    const { port } = this.server.server.address() as AddressInfo
    return `smtp://127.0.0.1:${port}`
  }

  /** The mails for an address, once there are `count`; fails when they don't come. */
  async mailsFor(address: string, count = 1, timeout?: number): Promise<ReceivedMail[]> {
    const found = () => this.mails.filter(({ recipients }) => recipients.includes(address))
    await until(() => found().length >= count, `${count} mail(s) for ${address}`, timeout)
    return found()
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }
}

/** The link in a mail, and the token in the link. */
export function linkIn(mail: ReceivedMail): { url: URL; token: string } {
  const [link] = /https?:\/\/\S+/.exec(mail.text ?? "") ?? []
  if (!link) {
    throw new Error(`no link in ${mail.text}`)
  }
  const url = new URL(link)
  return { url, token: url.searchParams.get("token") ?? "" }
}

/** Waits for something that happens behind an answer. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeout = 10_000,
): Promise<void> {
  for (const end = Date.now() + timeout; Date.now() < end;) {
    if (await condition()) {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`waited in vain for ${what}`)
}
