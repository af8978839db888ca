import { SMTPServer } from "smtp-server"
import { buffer } from "node:stream/consumers"
import PostalMime from "postal-mime"
import { freePort } from "./free-port.ts"

/** A real mail server that keeps what it gets, and can be down for a while. */
export class MailServer {
  /** @type {{ to: string, text: string, html: string, subject: string }[]} */
  mails = []
  /** How many connections were made and mails offered, taken or not. */
  offered = 0

  /** @returns {Promise<MailServer>} one that is up, on a port of its own */
  static async start() {
    const server = new MailServer()
    server.port = await freePort()
    await server.up()
    return server
  }

  get url() {
    return `smtp://127.0.0.1:${this.port}`
  }

  async up() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      disableReverseLookup: true,
      closeTimeout: 100, // milliseconds; the plugin's SMTP provider keeps its connections open
      onData: (stream, session, callback) => {
        this.offered++
        const keep = async () => {
          const { text, html, subject } = await PostalMime.parse(await buffer(stream))
          const [{ address: to }] = session.envelope.rcptTo
          this.mails.push({ to, text, html, subject })
        }
        keep().then(() => callback(), callback)
      },
    })
    this.server.on("error", () => undefined) // Connections that the other side drops.
    await new Promise((resolve, reject) => {
      this.server.server.once("error", reject)
      this.server.listen(this.port, "127.0.0.1", resolve)
    })
  }

  async down() {
    await new Promise((resolve) => this.server.close(resolve))
  }

  stop() {
    return this.down()
  }
}

/** The token in a mail's link, if it has one. */
export function tokenIn({ text }) {
  const link = /https?:\/\/\S+/.exec(text)?.[0]
  return link ? new URL(link).searchParams.get("token") : null
}
