/**
 * The words of all mails in one language. The type is written out rather than taken from the JSON: without
 * `resolveJsonModule` a store's compiler can't read that file, and would accept anything as words.
 */
export type Words = {
  shared: Record<"asked" | "ignore" | "linkHint" | "row" | "support" | "automatic", string>
  reset: Record<"subject" | "heading" | "expiry" | "button" | "secret", string>
  otherSignIn: Record<"subject" | "heading" | "how" | "anotherService" | "button", string>
  register: Record<"subject" | "heading" | "why" | "how" | "button", string>
  noAccount: Record<"subject" | "heading" | "why", string>
  passwordChanged: Record<
    | "subject"
    | "heading"
    | "intro"
    | "when"
    | "browser"
    | "ipAddress"
    | "wasYou"
    | "notYou"
    | "writeTo"
    | "button",
    string
  >
}

/** Some of the words. The plugin's own words are used for the others. */
export type PartialWords = { [S in keyof Words]?: Partial<Words[S]> }

/** Words that a store adds in a new language, or overrides in one of the plugin's, by BCP 47 tag. */
export type StoreLocales = Record<string, PartialWords>

/** A mail and its values. `address` is the account's, or the one typed. `link` opens a page of the store. */
export type Mail =
  | {
      kind: "reset"
      address: string
      /** Sets a new password. A secret: it must not be logged or stored. */
      link: string
      /** How long the link stays valid from now, in seconds. */
      lifetime: number
    }
  | {
      kind: "otherSignIn"
      address: string
      /** Ids of the providers that the account signs in with, such as "google". */
      providers: string[]
      /** The page where the customer signs in. */
      link?: string
    }
  | {
      kind: "register"
      address: string
      /** The page where the guest registers. */
      link?: string
    }
  | { kind: "noAccount"; address: string }
  | {
      kind: "passwordChanged"
      address: string
      /** When the password was changed. */
      at: Date
      reason: "reset" | "change" | "other"
      /** Browser and system of who changed it, such as "Firefox, Windows". */
      browser?: string
      /** The IP address of who changed it. */
      ip?: string
      /** The page where the owner can request a reset. */
      link?: string
    }

/** The name of a kind of mail, as in the option `email.templates`. */
export type MailKind = Mail["kind"]

/** The mail of one kind. */
export type MailOf<K extends MailKind> = Extract<Mail, { kind: K }>

/** How a store's mails look. */
export type Branding = {
  /** `url` is absolute; `width` and `height` are in CSS pixels; `alt` is the store's name by default. */
  logo?: { url: string; alt?: string; width?: number; height?: number }
  /** The colour of the button and the links, as `#rrggbb`. Shades of it keep them readable. */
  color?: string
  /** The email address where customers get help. */
  supportAddress?: string
}

/** What all mails of a store to one reader have in common. */
export type MailLook = {
  storeName: string
  /** BCP 47 language tag. */
  locale: string
  /** IANA name, such as "Europe/Vienna". */
  timeZone: string
  branding: Branding
  locales: StoreLocales
}

/** A rendered mail, as the Notification Module passes it to a provider. */
export type MailContent = { subject: string; html: string; text: string }
