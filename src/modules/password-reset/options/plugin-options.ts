import type {
  Branding,
  Mail,
  MailContent,
  MailKind,
  MailLook,
  StoreLocales,
} from "../../../domain/mails"
import type { Limit } from "../../../domain/throttle/throttle"

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
  /**
   * The mails, or `false` for a store whose own subscriber on `auth.password_reset` sends them: then
   * `issued` is a reset's last state before `completed`, with one event and no retries.
   */
  email?:
    | false
    | {
        /**
         * The channel of the Notification Module that the mails go out on.
         *
         * @default "email"
         */
        channel?: string
        /**
         * The language of mails to those who have not said theirs, as BCP 47 tag.
         *
         * @default "en"
         */
        defaultLocale?: string
        /**
         * The time zone of dates in mails, by its IANA name.
         *
         * @default "UTC"
         */
        timeZone?: string
        /** How the mails look. */
        branding?: Branding & {
          /**
           * The store's name in the mails.
           *
           * @default the name that the store has in Medusa
           */
          storeName?: string
        }
        /** Words that the store adds or overrides, by BCP 47 tag: see `src/domain/mails/languages/locales/en.json`. */
        locales?: StoreLocales
        /** Which mails go out besides the one with the link. */
        mails?: {
          /** To an account that signs in with Google, GitHub or the like only; once a day. @default true */
          otherSignIn?: boolean
          /** To a guest customer who has no account; once a day. @default false */
          register?: boolean
          /** To an address that nobody has here; once a day. @default false */
          noAccount?: boolean
          /** To everybody whose password has been changed. @default true */
          passwordChanged?: boolean
        }
        /** Pages of the storefront that mails lead to, by actor type; without one, no button. */
        pages?: {
          signIn?: Record<string, string>
          register?: Record<string, string>
          forgotPassword?: Record<string, string>
        }
        /**
         * Templates of the notification provider, by mail: such a mail gets no `content`, but `data`,
         * which docs/mails.md lists. The link is cut out of what the Notification Module keeps of it.
         */
        templates?: Partial<Record<MailKind, string>>
        /** Renders the mails, in place of the plugin. What it throws counts as a failed delivery. */
        render?: (mail: Mail, look: MailLook) => MailContent | Promise<MailContent>
      }
  delivery?: {
    /**
     * How long a mail is tried, in seconds from its request, 60 to 604800; then it ends as `failed`.
     *
     * @default 86400
     */
    giveUpAfter?: number
    /**
     * About how long after the first failure a mail is tried again, in seconds, 1 to 15; each failure
     * doubles it, up to 10 minutes.
     *
     * @default 10
     */
    retryAfter?: number
  }
  /**
   * The reset APIs of other systems that the plugin speaks as well: see docs/dialects.md.
   *
   * @default none
   */
  dialects?: ("medusa-v1" | "commerce-layer" | "bagisto")[]
  /** `tokenTtl`: of links asked for in this dialect. @default the plugin's `tokenTtl` */
  medusaV1?: { tokenTtl?: number }
  /** `deliver`: whether the plugin mails the link besides, which the answer carries. @default false */
  commerceLayer?: { tokenTtl?: number; deliver?: boolean }
  bagisto?: {
    /** @default 86400 */
    tokenTtl?: number
    /** Whether an unknown address is told, by 404: tells who is a customer. @default false */
    discloseUnknownEmail?: boolean
  }
  /** What operators may do. */
  admin?: {
    /**
     * Whether `POST /admin/password-resets` with `deliver: false` hands the token to a secret API key, for
     * accounts that are no user's (OWASP ASVS 5.0, 6.4.6).
     *
     * @default false
     */
    returnToken?: boolean
    /**
     * Whether Medusa's `POST /admin/users/:id/reset-password` answers without the token; the mail has it.
     *
     * @default false
     */
    hideUserToken?: boolean
  }
  /**
   * How long rows are kept, in seconds, 86400 to 315360000 (ten years). Requests that no account
   * belongs to are kept for a day.
   *
   * @default 7776000
   */
  retention?: number
}
