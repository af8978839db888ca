import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { buffer } from "node:stream/consumers"
import PostalMime, { type Email } from "postal-mime"
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server"

/** A mail as it came over SMTP: whom it was for on the envelope, and its source. */
export type RawMail = { recipients: string[]; source: Buffer }

/** A mail that was kept, with what it says; `raw` is its source as text. */
export type ReceivedMail = Email & { recipients: string[]; raw: string }

/** Refusals: for good (550), for now (450), or by policy, for good and with a text of its own. */
export type Refusal = 450 | 550 | string

const REFUSAL_TEXTS = { 450: "Try again later", 550: "No such mailbox" }

/** The plugin's SMTP provider keeps its connections open: closing the server would wait for them. */
const CLOSE_TIMEOUT_MS = 100

type Options = {
  /** What to do with a mail instead of keeping it in `mails`. */
  onMail?: (mail: RawMail) => void | Promise<void>
}

/** A real SMTP server in this process. It keeps what it gets, and can be down for a while. */
export class MailServer {
  readonly mails: ReceivedMail[] = []
  /** Senders and recipients that are refused. */
  readonly refused = new Map<string, Refusal>()
  /** How many mails were offered, taken or not. */
  offered = 0
  private port = 0
  private server: SMTPServer | undefined
  private readonly onMail: (mail: RawMail) => void | Promise<void>

  protected constructor({ onMail = (mail) => this.keep(mail) }: Options = {}) {
    this.onMail = onMail
  }

  /** Starts one on a port of its own. */
  static async start(options?: Options): Promise<MailServer> {
    const server = new MailServer(options)
    await server.up()
    return server
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`
  }

  /** Takes connections (again), on the port of before. */
  async up(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      disableReverseLookup: true,
      closeTimeout: CLOSE_TIMEOUT_MS,
      onMailFrom: ({ address }, _session, callback) => {
        this.offered++
        callback(this.refusalOf(address))
      },
      onRcptTo: ({ address }, _session, callback) => callback(this.refusalOf(address)),
      onData: (stream, session, callback) => {
        this.take(stream, session).then(() => callback(), callback)
      },
    })
    server.listen(this.port, "127.0.0.1")
    await once(server.server, "listening")
    server.on("error", () => undefined) // Connections that the other side drops.
    this.server = server
    this.port = (server.server.address() as AddressInfo).port
  }

  /** Takes no more connections. */
  async down(): Promise<void> {
    const { server } = this
    this.server = undefined
    if (server) {
      await new Promise<void>((resolve) => server.close(resolve))
    }
  }

  stop(): Promise<void> {
    return this.down()
  }

  /** The mails for an address, oldest first. */
  mailsTo(address: string): ReceivedMail[] {
    return this.mails.filter(({ recipients }) => recipients.includes(address))
  }

  private async take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const source = await buffer(stream)
    await this.onMail({ recipients: envelope.rcptTo.map(({ address }) => address), source })
  }

  private async keep({ recipients, source }: RawMail): Promise<void> {
    this.mails.push({ ...(await PostalMime.parse(source)), recipients, raw: source.toString() })
  }

  private refusalOf(address: string): Error | undefined {
    const refusal = this.refused.get(address)
    if (typeof refusal === "number") {
      return smtpError(`<${address}>: ${REFUSAL_TEXTS[refusal]}`, refusal)
    }
    return refusal ? smtpError(refusal, 550) : undefined
  }
}

function smtpError(message: string, responseCode: number): Error {
  return Object.assign(new Error(message), { responseCode })
}
