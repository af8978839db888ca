import type {
  ProviderSendNotificationDTO,
  ProviderSendNotificationResultsDTO,
} from "@medusajs/framework/types"
import { AbstractNotificationProviderService, MedusaError } from "@medusajs/framework/utils"
import { createTransport, type SendMailOptions, type Transporter } from "nodemailer"
import { withDeadline } from "../../domain/timing/deadline"
import { type SmtpOptions, validateSmtpOptions } from "./options"
import { refusalOfRecipient } from "../../domain/mails/refusal"
import { Semaphore } from "../../domain/timing/semaphore"

/** How long a server may take, in milliseconds; some are slow to take a mail in. */
const SMTP_TIMEOUTS_MS = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 40_000,
}
/** How many mails go out at once, each over a connection of its own. */
const MAX_CONNECTIONS = 5
/**
 * How long a mail waits for a connection, in milliseconds: one that goes out later than its sender
 * believes would carry a link that is dead by then.
 */
const CONNECTION_WAIT_MS = 30_000
/** How long the server may take for one mail, in milliseconds, however often it says a word meanwhile. */
const MAIL_TIMEOUT_MS = 45_000

/** Sends the `content` of notifications over SMTP, HTML and text part both. */
export class SmtpNotificationProvider extends AbstractNotificationProviderService {
  static override identifier = "smtp"

  private readonly options: SmtpOptions
  private readonly transport: Transporter
  private readonly connections = new Semaphore(MAX_CONNECTIONS, {
    maxWaitMs: CONNECTION_WAIT_MS,
    tooLong: () =>
      new MedusaError(MedusaError.Types.UNEXPECTED_STATE, "The mail server is too slow"),
  })

  constructor(_: object, options: SmtpOptions) {
    super()
    this.options = options
    this.transport = createTransport({
      ...SMTP_TIMEOUTS_MS,
      url: options.url,
      pool: true,
      maxConnections: MAX_CONNECTIONS,
    })
  }

  /** @throws MedusaError `invalid_data`, which stops the boot: one line that names the option */
  static override validateOptions(options: Record<string, unknown>): void {
    validateSmtpOptions(options)
  }

  /**
   * Says hello to the server and signs in, without sending anything.
   *
   * @throws the server's or the network's own error
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
   * @throws MedusaError `invalid_data` without `content`; `not_allowed` where the server takes no mail
   * for the address, now or ever; else the server's or the network's own error
   */
  override async send(
    notification: ProviderSendNotificationDTO,
  ): Promise<ProviderSendNotificationResultsDTO> {
    const { content, attachments, provider_data } = notification
    if (!content?.html && !content?.text) {
      throw new MedusaError(
        MedusaError.Types.INVALID_DATA,
        `The smtp provider sends \`content\` ({subject, html, text}); the notification with template ` +
          `"${notification.template}" has none`,
      )
    }
    const message: SendMailOptions = {
      from: notification.from?.trim() || this.options.from,
      to: { name: "", address: notification.to },
      replyTo: this.options.replyTo,
      cc: provider_data?.cc as string[] | undefined,
      bcc: provider_data?.bcc as string[] | undefined,
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
      const { messageId } = await this.connections.run(() =>
        withDeadline(this.transport.sendMail(message), MAIL_TIMEOUT_MS, "the mail server"),
      )
      return { id: messageId }
    } catch (error) {
      if (isRefusal(error as SmtpError)) {
        throw new MedusaError(MedusaError.Types.NOT_ALLOWED, refusalOfRecipient(error as SmtpError))
      }
      throw error
    }
  }
}

type SmtpError = Error & {
  code?: string
  responseCode?: number
  response?: string
  command?: string
}

/**
 * Whether it is the recipient that is refused, and for good (RFC 5321, 4.2.1). A refusal by policy
 * (RFC 3463: x.7.x) is about the sender as a rule, and passes when its name is good again.
 */
function isRefusal({ code, responseCode = 0, response = "", command }: SmtpError): boolean {
  const isPolicy = /^\d{3}[ -]5\.7\./.test(response)
  return code === "EENVELOPE" && command === "RCPT TO" && responseCode >= 500 && !isPolicy
}
