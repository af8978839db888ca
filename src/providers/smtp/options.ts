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
}

export const SmtpOptionsSchema = z.strictObject({
  channels: z.array(z.string()).optional(),
  url: z
    .string()
    .refine(
      (url) => /^smtps?:\/\//i.test(url) && URL.canParse(url) && new URL(url).hostname !== "",
      "must be an SMTP URL such as smtp://user:password@mail.example:587",
    ),
  from: z.string().refine(isMailbox, "must be one sender such as Shop <no-reply@shop.example>"),
  replyTo: z.string().min(1).optional(),
})

/** Whether a text names one address: a name alone sends mails without a sender, and "A: B <c@d>" names a group. */
function isMailbox(text: string): boolean {
  const [mailbox, ...others] = addressparser(text)
  return others.length === 0 && /^[^@\s]+@[^@\s]+$/.test(mailbox?.address ?? "")
}

/**
 * Checks the options of the provider.
 *
 * @throws MedusaError `invalid_data`, one line that names each bad option and what it must be
 */
export function validateSmtpOptions(options: Record<string, unknown>): void {
  const parsed = SmtpOptionsSchema.safeParse(options)
  if (!parsed.success) {
    throw badOptions("medusa-plugin-password-reset/providers/smtp", parsed.error)
  }
}
