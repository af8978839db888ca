import { MedusaError } from "@medusajs/framework/utils"
import { z } from "@medusajs/framework/zod"
import { isAddressRange } from "../../security/client-ip"
import { isSafeWebUrl } from "../../security/redirect-url"
import type { Limit } from "../../security/throttle"

const httpUrl = z.string().refine(isHttpUrl, "must be an absolute http(s) URL")

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

const OptionsSchema = z.strictObject({
  resetUrl: z.record(z.string().min(1), httpUrl).default({}),
  allowedRedirectUrls: z
    .record(
      z.string().min(1),
      z.array(z.string().refine(isSafeWebUrl, "must be an absolute https URL (http: localhost)")),
    )
    .default({}),
  tokenTtl: z.number().int().min(60).max(86_400).default(900),
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
    .strictObject({
      channel: z.string().min(1).default("email"),
      branding: z.strictObject({ storeName: z.string().min(1).max(200).optional() }).default({}),
    })
    .prefault({}),
})

/** The options of the plugin, as a store writes them in `medusa-config.ts`. */
export type PasswordResetPluginOptions = {
  /**
   * The page, by actor type, where a new password is chosen; the link in the mail is this URL with
   * `token` and `email` added to its query. An actor type without one gets no mail.
   *
   * @default `user` is `admin.backendUrl` + `admin.path` + `/reset-password`, where `backendUrl`
   * is an absolute URL
   */
  resetUrl?: Record<string, string>
  /**
   * Where else, by actor type, a request's `metadata.redirect_url` may lead the link: by origin,
   * and by whole segments of the path. Its query and fragment are dropped.
   *
   * @default none, so that `metadata.redirect_url` is refused
   */
  allowedRedirectUrls?: Record<string, string[]>
  /**
   * How long a link lives, in seconds, 60 to 86400.
   *
   * @default 900
   */
  tokenTtl?: number
  /**
   * How often anybody may try anything, or `false` for no limits at all. Windows are in seconds,
   * counted from the first attempt. All instances count together.
   */
  throttle?:
    | false
    | {
        /**
         * How long after a mail another request for the account sends none, in seconds, 0 to 3600:
         * the link that was sent is the answer to both.
         *
         * @default 60
         */
        spacing?: number
        /** Requests for one address; past it they are answered as ever, and no mail is sent. @default 3 in 900 s */
        perIdentifier?: Partial<Limit>
        /** Requests for a reset by one client (IPv6: one /64). @default 100 in 900 s */
        perIp?: Partial<Limit>
        /** Bad tokens by one client. @default 100 in 900 s */
        update?: Partial<Limit>
        /** Link checks by one client. @default 100 in 900 s */
        check?: Partial<Limit>
        /** Registrations by one client. @default 100 in 900 s */
        register?: Partial<Limit>
        /** Failed passwords, at login, registration and change. */
        login?: {
          /** By one client on one account. @default 10 in 900 s */
          perIdentifierAndIp?: Partial<Limit>
          /** By one client. @default 100 in 900 s */
          perIp?: Partial<Limit>
          /** In a row on one account, by anybody: past `limit` (1 to 100), one attempt every `interval` seconds. @default 100, 10 */
          perIdentifier?: { limit?: number; interval?: number }
        }
        /** Reset mails per minute for the whole shop; more are delayed, none is dropped. @default no ceiling */
        mailsPerMinute?: number
        /** Instances that share a limit while Postgres or Redis is away and each counts for itself. @default 1 */
        instances?: number
        /** Counts in this Redis, not in Postgres; needs the package `ioredis`. */
        redisUrl?: string
        /** Proxies before Medusa: how many, or their addresses (CIDR). 0: there are none. */
        trustedProxies?: number | string[]
        /** Storefront servers that forward the shopper's address in `X-Forwarded-For` (CIDR). */
        trustedClients?: string[]
      }
  /**
   * Whether a new password ends every session and every JWT of the account.
   *
   * @default true
   */
  endSessions?: boolean
  /** What a new password must be. Passwords that exist sign in whatever they are. */
  password?: {
    /**
     * The least length, in characters (code points), 8 to 64. NIST SP 800-63B-4 asks for 15 where
     * the password is the only factor.
     *
     * @default 8
     */
    minLength?: number
    /**
     * The greatest length, in characters (code points), 64 to 1024.
     *
     * @default 128
     */
    maxLength?: number
    /**
     * How hard it must be to guess, as zxcvbn counts: from 0, anything goes, to 4, very hard.
     *
     * @default 1
     */
    minStrength?: 0 | 1 | 2 | 3 | 4
    /**
     * Whether to refuse what is on the list of common passwords; an array adds words of your own.
     *
     * @default true
     */
    blocklist?: boolean | string[]
    /**
     * Whether to refuse what is known from data breaches, by Have I Been Pwned's range API; a URL
     * asks another service that answers like it.
     *
     * @default false
     */
    breached?: boolean | string
  }
  email?: {
    /**
     * The channel of the Notification Module that the mails go out on.
     *
     * @default "email"
     */
    channel?: string
    branding?: {
      /**
       * The store's name in the mails.
       *
       * @default the name that the store has in Medusa
       */
      storeName?: string
    }
  }
}

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

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}
