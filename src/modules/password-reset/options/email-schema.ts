import { z } from "@medusajs/framework/zod"
import {
  faultsOfLocale,
  type Mail,
  type MailContent,
  type MailLook,
  type PartialWords,
  type StoreLocales,
} from "../../../domain/mails"
import { httpUrl, pageByActor } from "./urls"

/** The options under `email`, with their ranges and defaults. */
export const EmailSchema = z.strictObject({
  channel: z.string().min(1).default("email"),
  defaultLocale: z.string().refine(isLocale, "must be a BCP 47 language tag").default("en"),
  timeZone: z.string().refine(isTimeZone, "must be an IANA time zone").default("UTC"),
  branding: z
    .strictObject({
      storeName: z.string().min(1).max(200).optional(),
      logo: z
        .strictObject({
          url: httpUrl,
          alt: z.string().optional(),
          width: z.number().int().min(1).max(520).optional(),
          height: z.number().int().min(1).max(520).optional(),
        })
        .optional(),
      color: z
        .string()
        .regex(/^#[0-9a-f]{6}$/i, "must be a colour such as #1b1d21")
        .optional(),
      supportAddress: z.email().optional(),
    })
    .default({}),
  locales: z.record(z.string(), z.custom<PartialWords>()).default({}).superRefine(checkLocales),
  mails: z
    .strictObject({
      otherSignIn: z.boolean().default(true),
      register: z.boolean().default(false),
      noAccount: z.boolean().default(false),
      passwordChanged: z.boolean().default(true),
    })
    .prefault({}),
  pages: z
    .strictObject({ signIn: pageByActor, register: pageByActor, forgotPassword: pageByActor })
    .prefault({}),
  templates: z
    .strictObject({
      reset: z.string().min(1).optional(),
      otherSignIn: z.string().min(1).optional(),
      register: z.string().min(1).optional(),
      noAccount: z.string().min(1).optional(),
      passwordChanged: z.string().min(1).optional(),
    })
    .prefault({}),
  render: z
    .custom<(mail: Mail, look: MailLook) => MailContent | Promise<MailContent>>(
      (value) => typeof value === "function",
      "must be a function",
    )
    .optional(),
})

/** The options under `email`. `isOn` is false with `email: false`: the store sends its emails itself. */
export type EmailOptions = z.output<typeof EmailSchema> & { isOn: boolean }

/** Fills in the defaults for `email: false` too, because the password rules read the store's name there. */
export function orSwitchedOff(email: z.output<typeof EmailSchema> | false): EmailOptions {
  return { ...(email || EmailSchema.parse({})), isOn: email !== false }
}

function checkLocales(locales: StoreLocales, context: z.core.$RefinementCtx) {
  for (const [tag, words] of Object.entries(locales)) {
    for (const message of faultsOfLocale(tag, words)) {
      context.addIssue({ code: "custom", path: [tag], message })
    }
  }
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone }))
  } catch {
    return false
  }
}
