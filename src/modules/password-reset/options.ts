import { MedusaError } from "@medusajs/framework/utils"
import { z } from "@medusajs/framework/zod"
import { isSafeWebUrl } from "../../security/redirect-url"

const httpUrl = z.string().refine(isHttpUrl, "must be an absolute http(s) URL")

const OptionsSchema = z.strictObject({
  resetUrl: z.record(z.string().min(1), httpUrl).default({}),
  allowedRedirectUrls: z
    .record(
      z.string().min(1),
      z.array(z.string().refine(isSafeWebUrl, "must be an absolute https URL (http: localhost)")),
    )
    .default({}),
  tokenTtl: z.number().int().min(60).max(86_400).default(900),
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
    resetUrl: { ...(adminUrl && { user: adminUrl }), ...parsed.data.resetUrl },
  }
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    const where = issue.path.length ? ` in \`${issue.path.join(".")}\`` : ""
    return `unknown option ${issue.keys.map((key) => `\`${key}\``).join(", ")}${where}`
  }
  return `\`${issue.path.join(".")}\`: ${issue.message}`
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
