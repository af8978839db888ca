import type {
  Branding,
  Mail,
  MailContent,
  MailKind,
  MailLook,
  StoreLocales,
} from "../../../domain/mails"
import type { Limit } from "../../../domain/throttle/throttle"

/**
 * The options of the plugin, as a store writes them in `medusa-config.ts`. docs/configuration.md has the
 * ranges and explains each.
 */
export type PasswordResetPluginOptions = {
  /**
   * The page, by actor type, where people choose a new password. The link in the email is this URL with
   * `{token}`, `{email}` and `{locale}` filled in, in its fragment too. Without `{token}`, `token` and `email` are
   * added to its query. An actor type without a page gets no email.
   *
   * @default `user` is `admin.backendUrl` + `admin.path` + `/reset-password`, where `backendUrl`
   * is an absolute URL
   */
  resetUrl?: Record<string, string>
  /**
   * URLs, by actor type, that a request's `metadata.redirect_url` may point the link to. An entry allows its
   * origin and everything below its path, by whole segments. The query and fragment of a `redirect_url` are
   * dropped.
   *
   * @default none, so `metadata.redirect_url` is refused
   */
  allowedRedirectUrls?: Record<string, string[]>
  /**
   * How long a link lives, in seconds, 60 to 86400.
   *
   * @default 900
   */
  tokenTtl?: number
  /**
   * The limits on attempts, or `false` for none. Windows are in seconds and start with the first attempt.
   * All instances count together.
   */
  throttle?:
    | false
    | {
        /**
         * How long, in seconds, 0 to 3600, another request for the account sends no email: the link that was
         * sent answers both requests.
         *
         * @default 60
         */
        spacing?: number
        /**
         * Requests for one address, and emails to one account. Above it the response is unchanged, but no email
         * goes out.
         *
         * @default 3 in 900 s
         */
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
          /**
           * By one client, whatever the account. Above it, one attempt per `interval` seconds is allowed; more
           * wait for their turn.
           *
           * @default 100 in 900 s, then 3
           */
          perIp?: Partial<Limit> & { interval?: number }
          /**
           * In a row on one account, by all clients that have not signed in to it within 30 days. Above `limit`
           * (1 to 100), one attempt per `interval` seconds is allowed; more wait for their turn.
           *
           * @default 100, 10
           */
          perIdentifier?: { limit?: number; interval?: number }
        }
        /**
         * Reset emails per minute for the whole shop, spread over its seconds. More are delayed. None is dropped
         * before `delivery.giveUpAfter`.
         *
         * @default no limit
         */
        mailsPerMinute?: number
        /** How many instances run. Each takes its share of a limit while Postgres or Redis is down. @default 1 */
        instances?: number
        /** Counts in this Redis instead of Postgres. Needs the package `ioredis`. */
        redisUrl?: string
        /** The proxies in front of Medusa: their number, or their addresses (CIDR). 0 for none. */
        trustedProxies?: number | string[]
        /**
         * Storefront servers that forward the shopper's address: by their own addresses (CIDR), in
         * `X-Forwarded-For`; by a secret of 32 to 256 characters in `X-Storefront-Secret`, in `X-Shopper-IP`.
         */
        trustedClients?: (string | { secret: string })[]
      }
  /**
   * Whether a new password ends all sessions and JWTs of the account.
   *
   * @default true
   */
  endSessions?: boolean
  /** The rules for new passwords. Existing passwords go on working, whatever they are. */
  password?: {
    /**
     * The minimum length, in characters (code points), 8 to 64. NIST SP 800-63B-4 asks for 15 where
     * the password is the only factor.
     *
     * @default 8
     */
    minLength?: number
    /**
     * The maximum length, in characters (code points), 64 to 1024.
     *
     * @default 128
     */
    maxLength?: number
    /**
     * How hard a password must be to guess, on the scale of zxcvbn: 0 (anything) to 4 (very hard).
     *
     * @default 1
     */
    minStrength?: 0 | 1 | 2 | 3 | 4
    /**
     * Whether to refuse common passwords. An array adds words of your own to the list.
     *
     * @default true
     */
    blocklist?: boolean | string[]
    /**
     * Whether to refuse passwords that are known from data breaches, by Have I Been Pwned's range API. A URL
     * asks another service with the same API.
     *
     * @default false
     */
    breached?: boolean | string
  }
  /**
   * The emails, or `false` for a store whose own subscriber on `auth.password_reset` sends them. With `false`,
   * each reset has one event and no retries, and `issued` is its last status before `completed`.
   */
  email?:
    | false
    | {
        /**
         * The channel of the Notification Module for these emails.
         *
         * @default "email"
         */
        channel?: string
        /**
         * The language of emails to people whose language is unknown, as a BCP 47 tag.
         *
         * @default "en"
         */
        defaultLocale?: string
        /**
         * The time zone of dates in emails, by its IANA name.
         *
         * @default "UTC"
         */
        timeZone?: string
        /** How the emails look. */
        branding?: Branding & {
          /**
           * The store's name in the emails.
           *
           * @default the store's name in Medusa
           */
          storeName?: string
        }
        /** Texts that the store adds or overrides, by BCP 47 tag: see `src/domain/mails/languages/locales/en.json`. */
        locales?: StoreLocales
        /** Which other emails go out besides the one with the link. */
        mails?: {
          /** To an account that only signs in with Google, GitHub or the like. Once a day. @default true */
          otherSignIn?: boolean
          /** To a guest customer without an account. Once a day. @default false */
          register?: boolean
          /** To an address that is unknown here. Once a day. @default false */
          noAccount?: boolean
          /** To the owner of a password that was changed. @default true */
          passwordChanged?: boolean
        }
        /** Pages of the storefront that emails link to, by actor type. Without a page there is no button. */
        pages?: {
          signIn?: Record<string, string>
          register?: Record<string, string>
          forgotPassword?: Record<string, string>
        }
        /**
         * Templates of the notification provider, by kind of email. Such an email has no `content`, but `data`,
         * which docs/mails.md lists. The link is removed from the record that the Notification Module keeps.
         */
        templates?: Partial<Record<MailKind, string>>
        /** Renders the emails instead of the plugin. If it throws, the delivery counts as failed. */
        render?: (mail: Mail, look: MailLook) => MailContent | Promise<MailContent>
      }
  /** How long and how often emails are retried. */
  delivery?: {
    /**
     * How long an email is retried, in seconds since its request, 60 to 604800. Then the reset ends as `failed`.
     *
     * @default 86400
     */
    giveUpAfter?: number
    /**
     * About how long after the first failure an email is retried, in seconds, 1 to 15. Each failure doubles
     * the time, up to 10 minutes.
     *
     * @default 10
     */
    retryAfter?: number
    /**
     * How often an email is sent again of which nobody knows whether it is out, 0 to 10: its provider did not answer
     * within 90 seconds. Then the reset ends as `unknown`; its link works.
     *
     * @default 3
     */
    unknownRetries?: number
    /**
     * About how long after that it is sent again, in seconds, 30 to 3600. Each time doubles the time, up to 10
     * minutes.
     *
     * @default 120
     */
    unknownRetryAfter?: number
    /** Whether emails are sent again as well whose provider ended without error, but without an id. @default false */
    retrySilent?: boolean
    /**
     * What it means that a notification provider ends without error and without an id: `sent` for one that throws
     * where it fails, else `unknown`.
     *
     * @default `sent` for Medusa's own providers, else `unknown`
     */
    silence?: "sent" | "unknown"
  }
  /**
   * The other systems whose reset API the plugin offers as well: see docs/dialects.md.
   *
   * @default none
   */
  dialects?: ("medusa-v1" | "commerce-layer" | "bagisto")[]
  /** `tokenTtl`: how long links requested in this dialect live, in seconds. @default the plugin's `tokenTtl` */
  medusaV1?: { tokenTtl?: number }
  /** `deliver`: whether the plugin also mails the link, which the response carries anyway. @default false */
  commerceLayer?: { tokenTtl?: number; deliver?: boolean }
  bagisto?: {
    /** How long links requested in this dialect live, in seconds. @default 86400 */
    tokenTtl?: number
    /** Whether an unknown address is answered with 404, which reveals who is a customer. @default false */
    discloseUnknownEmail?: boolean
  }
  /** What operators and their back ends may do. */
  admin?: {
    /**
     * Whether `POST /admin/password-resets` with `deliver: false` returns the token to a secret API key. Never
     * for a user's account (OWASP ASVS 5.0, 6.4.6).
     *
     * @default false
     */
    returnToken?: boolean
    /**
     * Whether the response of Medusa's `POST /admin/users/:id/reset-password` leaves the token out. The email
     * has it.
     *
     * @default false
     */
    hideUserToken?: boolean
  }
  /**
   * How long rows are kept, in seconds, 86400 to 315360000 (ten years). Requests for addresses without an
   * account are kept for a day.
   *
   * @default 7776000
   */
  retention?: number
}
