import type {
  ProviderSendNotificationDTO,
  ProviderSendNotificationResultsDTO,
} from "@medusajs/framework/types"
import { AbstractNotificationProviderService, MedusaError } from "@medusajs/framework/utils"
import { createTransport, type SendMailOptions, type Transporter } from "nodemailer"
import { withDeadline } from "../../domain/timing/deadline"
import { type ParsedSmtpOptions, type SmtpOptions, validateSmtpOptions } from "./options"
import { fateOfFailure, type MailFate } from "../../domain/mails/mail-fate"
import { providerReports } from "../../domain/mails/provider-reports"
import { refusalOfRecipient, unconfirmed } from "../../domain/mails/refusal"
import { Semaphore } from "../../domain/timing/semaphore"

/** Limits for the steps of one SMTP session. `socketTimeout` is long because some servers accept slowly. */
const SMTP_TIMEOUTS_MS = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 40_000,
}
/**
 * How long an email waits for a connection. Together with `MAIL_TIMEOUT_MS` this must stay below the deadline
 * of `sendMails`: an email that goes out after it has been called unknown, and may be sent again.
 */
const CONNECTION_WAIT_MS = 30_000
/** How long an email with a connection waits for its turn. Same sum. */
const TURN_WAIT_MS = 10_000
/** How long one email may take in total. `socketTimeout` limits silence only: every byte starts it anew. */
const MAIL_TIMEOUT_MS = 45_000

/** Keeps "out of office" answers from coming back: RFC 3834, and what Exchange understands. */
const AUTOMATIC = {
  "Auto-Submitted": "auto-generated",
  "X-Auto-Response-Suppress": "OOF, AutoReply",
}

/** Sends the `content` of notifications over SMTP, with its HTML and its text part. */
export class SmtpNotificationProvider extends AbstractNotificationProviderService {
  static override identifier = "smtp"

  private readonly options: ParsedSmtpOptions
  private readonly transport: Transporter
  private readonly connections: Semaphore
  private nextTurn = 0

  constructor(_: object, options: SmtpOptions) {
    super()
    this.options = validateSmtpOptions(options)
    const { maxConnections } = this.options
    this.connections = new Semaphore(maxConnections, {
      maxWaitMs: CONNECTION_WAIT_MS,
      tooLong: () => tooSlow("The mail server is too slow: no connection was free in time"),
    })
    providerReports.announce(options.channels ?? [])
    this.transport = createTransport({
      ...SMTP_TIMEOUTS_MS,
      url: options.url,
      pool: true,
      maxConnections,
    })
    this.transport.use("stream", ({ data, message }, done) => {
      message.processFunc((content) => content.once("end", (data as Message).onHandedOver))
      done()
    })
  }

  /** @throws MedusaError `invalid_data`, which stops the boot: one line that names the option */
  static override validateOptions(options: Record<string, unknown>): void {
    validateSmtpOptions(options)
  }

  /**
   * Connects to the server and logs in. Sends nothing.
   *
   * @throws the error of the server or the network
   */
  static async checkConnection({ url }: SmtpOptions): Promise<void> {
    const transport = createTransport({ ...SMTP_TIMEOUTS_MS, url })
    try {
      await transport.verify()
    } finally {
      transport.close()
    }
  }

  /**
   * Sends one email.
   *
   * @returns the `Message-ID` as `id`
   * @throws MedusaError `invalid_data` without `content`; `not_allowed` if the server will never accept email
   * for this recipient; any other error of the server or the network as it is
   */
  override async send(
    notification: ProviderSendNotificationDTO,
  ): Promise<ProviderSendNotificationResultsDTO> {
    // Medusa hands on the whole notification; its declared type lacks this.
    const { idempotency_key } = notification as { idempotency_key?: string }
    const report = (fate: MailFate) =>
      idempotency_key && providerReports.tell(idempotency_key, fate)
    try {
      const result = await this.sendNow(notification)
      report({ fate: "taken" })
      return result
    } catch (error) {
      report(fateOfFailure((error as Error).message))
      throw error
    }
  }

  /** Waits as `messagesPerSecond` asks for. nodemailer's own limit lets connections through that start together. */
  private async turn(): Promise<void> {
    const { messagesPerSecond } = this.options
    if (!messagesPerSecond) {
      return
    }
    const wait = Math.max(0, this.nextTurn - Date.now())
    if (wait > TURN_WAIT_MS) {
      throw tooSlow("`messagesPerSecond` let no more through in time")
    }
    this.nextTurn = Date.now() + wait + 1000 / messagesPerSecond
    await new Promise((resolve) => setTimeout(resolve, wait))
  }

  private async sendNow(notification: ProviderSendNotificationDTO): Promise<{ id: string }> {
    const { content, attachments, provider_data } = notification
    if (!content?.html && !content?.text) {
      throw new MedusaError(
        MedusaError.Types.INVALID_DATA,
        `The smtp provider sends \`content\` ({subject, html, text}); the notification with template ` +
          `"${notification.template}" has none`,
      )
    }
    let isHandedOver = false
    const message: Message = {
      onHandedOver: () => {
        isHandedOver = true
      },
      from: notification.from?.trim() || this.options.from,
      to: { name: "", address: notification.to },
      replyTo: this.options.replyTo,
      cc: provider_data?.cc as string[] | undefined,
      bcc: provider_data?.bcc as string[] | undefined,
      headers: AUTOMATIC,
      subject: content.subject,
      html: content.html,
      text: content.text,
      attachments: attachments?.map((attachment) => ({
        filename: attachment.filename,
        content: attachment.content,
        encoding: "base64",
        contentType: attachment.content_type,
        contentDisposition: attachment.disposition === "inline" ? "inline" : "attachment",
        cid: attachment.id,
      })),
    }
    try {
      const { messageId } = await this.connections.run(async () => {
        await this.turn()
        return withDeadline(this.transport.sendMail(message), MAIL_TIMEOUT_MS, "the mail server")
      })
      return { id: messageId }
    } catch (error) {
      if (isRefusal(error as SmtpError)) {
        throw new MedusaError(MedusaError.Types.NOT_ALLOWED, refusalOfRecipient(error as SmtpError))
      }
      if (isHandedOver && (error as SmtpError).responseCode === undefined) {
        throw new MedusaError(MedusaError.Types.UNEXPECTED_STATE, unconfirmed(error as Error))
      }
      throw error
    }
  }
}

function tooSlow(message: string): MedusaError {
  return new MedusaError(MedusaError.Types.UNEXPECTED_STATE, message)
}

/** `onHandedOver`: is called when the server has all of the message, and is to confirm it. */
type Message = SendMailOptions & { onHandedOver: () => void }

type SmtpError = Error & {
  code?: string
  responseCode?: number
  response?: string
  command?: string
}

/** What servers write that block a sender, and give no status. */
const BLOCKING =
  /\b(?:block|black ?list|deny ?list|spam|reputation|policy|rbl|dnsbl|access denied|not authori[sz]ed)/i

/**
 * Tells whether the server refused the recipient permanently (5yz in RFC 5321, 4.2.1). Refusals by policy
 * (x.7.x in RFC 3463, or, without a status, by their words) are left out: they usually concern the sender's
 * reputation, and end when it is good again. Some servers look the recipient up after they have the mail (5.1.1).
 */
function isRefusal({ code, responseCode = 0, response = "", command }: SmtpError): boolean {
  const [, status] = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? []
  if (responseCode < 500 || command === "DATA") {
    return responseCode >= 500 && status === "5.1.1"
  }
  const isPolicy = status ? status.startsWith("5.7.") : BLOCKING.test(response)
  return code === "EENVELOPE" && command === "RCPT TO" && !isPolicy
}
