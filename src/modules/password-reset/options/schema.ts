import { MedusaError } from "@medusajs/framework/utils"
import { z } from "@medusajs/framework/zod"
import { isAddressRange } from "../../../domain/throttle/client-ip"
import { isSafeWebUrl } from "../../../domain/tokens/redirect-url"
import {
  faultsOfLocale,
  type Mail,
  type MailContent,
  type MailLook,
  type StoreLocales,
} from "../../../domain/mails"

export type { PasswordResetPluginOptions } from "./plugin-options"

const httpUrl = z.string().refine(isHttpUrl, "must be an absolute http(s) URL")

const tokenTtl = z.number().int().min(60).max(86_400)

/** The reset APIs of other systems that the plugin speaks as well. */
export const DIALECTS = ["medusa-v1", "commerce-layer", "bagisto"] as const

export type Dialect = (typeof DIALECTS)[number]

/** At most `limit` in `window` seconds. */
const limitOf = (limit: number) =>
  z
    .strictObject({
      limit: z.number().int().min(1).max(1_000_000).default(limit),
      window: z.number().int().min(1).max(86_400).default(900),
    })
    .prefault({})

const addressRanges = z.array(
  z.string().refine(isAddressRange, "must be an IP address or a range in CIDR notation"),
)

const ThrottleSchema = z.strictObject({
  spacing: z.number().int().min(0).max(3600).default(60),
  perIdentifier: limitOf(3),
  perIp: limitOf(100),
  update: limitOf(100),
  check: limitOf(100),
  register: limitOf(100),
  login: z
    .strictObject({
      perIdentifierAndIp: limitOf(10),
      perIp: limitOf(100),
      perIdentifier: z
        .strictObject({
          limit: z.number().int().min(1).max(100).default(100),
          interval: z.number().int().min(1).max(3600).default(10),
        })
        .prefault({}),
    })
    .prefault({}),
  mailsPerMinute: z.number().int().min(1).max(1_000_000).optional(),
  instances: z.number().int().min(1).max(10_000).default(1),
  redisUrl: z
    .string()
    .refine((url) => /^rediss?:\/\//.test(url) && URL.canParse(url), "must be a redis(s):// URL")
    .optional(),
  trustedProxies: z.union([z.number().int().min(0).max(10), addressRanges]).optional(),
  trustedClients: addressRanges.optional(),
})

const pageByActor = z.record(z.string().min(1), httpUrl).default({}).transform(byActor)

const EmailSchema = z.strictObject({
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
  locales: z.record(z.string(), z.unknown()).default({}).superRefine(checkLocales),
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

/** What a store may write. `docs/configuration.md` is held against it. */
export const OptionsSchema = z.strictObject({
  resetUrl: z.record(z.string().min(1), httpUrl).default({}),
  allowedRedirectUrls: z
    .record(
      z.string().min(1),
      z.array(z.string().refine(isSafeWebUrl, "must be an absolute https URL (http: localhost)")),
    )
    .default({}),
  tokenTtl: tokenTtl.default(900),
  throttle: z.union([z.literal(false), ThrottleSchema]).prefault({}),
  endSessions: z.boolean().default(true),
  password: z
    .strictObject({
      minLength: z.number().int().min(8).max(64).default(8),
      maxLength: z.number().int().min(64).max(1024).default(128),
      minStrength: z.number().int().min(0).max(4).default(1),
      blocklist: z.union([z.boolean(), z.array(z.string().min(1))]).default(true),
      breached: z.union([z.boolean(), httpUrl]).default(false),
    })
    .prefault({}),
  email: z
    .union([z.literal(false), EmailSchema])
    .prefault({})
    .transform(orSwitchedOff),
  delivery: z
    .strictObject({
      giveUpAfter: z.number().int().min(60).max(604_800).default(86_400),
      retryAfter: z.number().int().min(1).max(15).default(10),
    })
    .prefault({}),
  dialects: z.array(z.enum(DIALECTS)).default([]),
  medusaV1: z.strictObject({ tokenTtl: tokenTtl.optional() }).prefault({}),
  commerceLayer: z
    .strictObject({ tokenTtl: tokenTtl.optional(), deliver: z.boolean().default(false) })
    .prefault({}),
  bagisto: z
    .strictObject({
      tokenTtl: tokenTtl.default(86_400),
      discloseUnknownEmail: z.boolean().default(false),
    })
    .prefault({}),
  admin: z
    .strictObject({
      returnToken: z.boolean().default(false),
      hideUserToken: z.boolean().default(false),
    })
    .prefault({}),
  retention: z.number().int().min(86_400).max(315_360_000).default(7_776_000),
})

/** The options with every default filled in. */
export type PasswordResetOptions = z.output<typeof OptionsSchema>

/** What the admin's part of `medusa-config.ts` says about where it lives. */
export type AdminLocation = { backendUrl?: string; path?: string }

/**
 * Validates what stands in `medusa-config.ts` and fills in the defaults.
 *
 * @param raw the module's options; Medusa adds `database` to them, which is none of ours
 * @throws MedusaError `invalid_data`, one line that names each bad option and what it must be
 */
export function parseOptions(raw: unknown, admin: AdminLocation = {}): PasswordResetOptions {
  const { database: _, ...own } = (raw ?? {}) as Record<string, unknown>
  const parsed = OptionsSchema.safeParse(own)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(describeIssue).join("; ")
    throw new MedusaError(
      MedusaError.Types.INVALID_DATA,
      `medusa-plugin-password-reset: bad options in medusa-config: ${faults}`,
    )
  }
  const adminUrl = adminResetUrl(admin)
  return {
    ...parsed.data,
    resetUrl: byActor({ ...(adminUrl && { user: adminUrl }), ...parsed.data.resetUrl }),
    allowedRedirectUrls: byActor(parsed.data.allowedRedirectUrls),
  }
}

/** Actor types come from paths: `constructor` must find nothing that the store has not written. */
function byActor<T>(entries: Record<string, T>): Record<string, T> {
  return Object.assign(Object.create(null), entries)
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") {
    return describeUnion(issue)
  }
  if (issue.code === "unrecognized_keys") {
    const where = issue.path.length ? ` in \`${issue.path.join(".")}\`` : ""
    return `unknown option ${issue.keys.map((key) => `\`${key}\``).join(", ")}${where}`
  }
  return `\`${issue.path.join(".")}\`: ${issue.message}`
}

/** What may be one thing or another: where it is an object, its own faults say most. */
function describeUnion({ path, errors }: z.core.$ZodIssueInvalidUnion): string {
  const inside = errors
    .flat()
    .filter((issue) => issue.path.length > 0 || issue.code === "unrecognized_keys")
    .map((issue) => describeIssue({ ...issue, path: [...path, ...issue.path] }))
  return inside.join("; ") || `\`${path.join(".")}\`: none of the values that it may have`
}

function adminResetUrl({ backendUrl, path = "/app" }: AdminLocation): string | undefined {
  if (!backendUrl || !isHttpUrl(backendUrl)) {
    return undefined
  }
  return `${backendUrl.replace(/\/+$/, "")}${path.replace(/\/+$/, "")}/reset-password`
}

type EmailOptions = Omit<z.output<typeof EmailSchema>, "locales"> & {
  locales: StoreLocales
  /** False with `email: false`: the store sends its mails itself. */
  isOn: boolean
}

/** `false` leaves the defaults, since the password rules know the store's name by them. */
function orSwitchedOff(email: z.output<typeof EmailSchema> | false): EmailOptions {
  const { locales, ...options } = email || EmailSchema.parse({})
  return { ...options, locales: locales as StoreLocales, isOn: email !== false }
}

function checkLocales(locales: Record<string, unknown>, context: z.core.$RefinementCtx) {
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

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}
