import { z } from "@medusajs/framework/zod"
import addressparser from "nodemailer/lib/addressparser"
import { badOptions } from "../../modules/password-reset/options/describe-issue"

/** The options of the SMTP notification provider. */
export type SmtpOptions = {
  /** The channels of the Notification Module to serve, such as `["email"]`. Medusa reads them. */
  channels?: string[]
  /** `smtp://` (STARTTLS where the server offers it) or `smtps://` (TLS from the start). */
  url: string
  /** The sender, such as `Shop <no-reply@shop.example>`. */
  from: string
  /** The address that replies go to, if not the sender. */
  replyTo?: string
  /** How many emails are sent at the same time, each over a connection of its own, 1 to 50. @default 5 */
  maxConnections?: number
  /** How many emails are sent in a second, over all connections of an instance, 1 to 1000. @default no limit */
  messagesPerSecond?: number
}

export const SmtpOptionsSchema = z.strictObject({
  channels: z.array(z.string()).optional(),
  url: z.string().superRefine((url, context) => {
    if (
      !/^smtps?:\/\//i.test(url) ||
      hasRawCharacters(url) ||
      !URL.canParse(url) ||
      !new URL(url).hostname
    ) {
      const message = hasRawCharacters(url)
        ? "has characters in the user or password that must be encoded, such as %23 for # and %2F for /"
        : "must be an SMTP URL such as smtp://user:password@mail.example:587"
      context.addIssue({ code: "custom", message })
    }
  }),
  from: z.string().refine(isMailbox, "must be one sender such as Shop <no-reply@shop.example>"),
  replyTo: z.string().min(1).optional(),
  maxConnections: z.number().int().min(1).max(50).default(5),
  messagesPerSecond: z.number().int().min(1).max(1000).optional(),
})

/** Whether a `/`, `?` or `#` in the user or password would end the host there. */
function hasRawCharacters(url: string): boolean {
  return /^smtps?:\/\/[^/?#]*[/?#][^@]*@/i.test(url)
}

/** Whether a text names one address: a name alone sends mails without a sender, and "A: B <c@d>" names a group. */
function isMailbox(text: string): boolean {
  const [mailbox, ...others] = addressparser(text)
  return others.length === 0 && /^[^@\s]+@[^@\s]+$/.test(mailbox?.address ?? "")
}

/** The options with their defaults filled in. */
export type ParsedSmtpOptions = z.infer<typeof SmtpOptionsSchema>

/**
 * Checks the options of the provider.
 *
 * @throws MedusaError `invalid_data`, one line that names each bad option and what it must be
 */
export function validateSmtpOptions(options: Record<string, unknown>): ParsedSmtpOptions {
  const parsed = SmtpOptionsSchema.safeParse(options)
  if (!parsed.success) {
    throw badOptions("medusa-plugin-password-reset/providers/smtp", parsed.error)
  }
  return parsed.data
}
