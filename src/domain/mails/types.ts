/**
 * The words of the mails in one language. Written out, since a store's compiler may not read the JSON that they
 * lie in (`resolveJsonModule`), and would then take anything for words.
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

/** Some of the words: what is left out comes from the plugin's own. */
export type PartialWords = { [S in keyof Words]?: Partial<Words[S]> }

/** What a store adds (languages that the plugin lacks) or overrides, by BCP 47 tag. */
export type StoreLocales = Record<string, PartialWords>

/** A mail, and what it needs to know. `address` is the account's; `link` leads to a page of the store. */
export type Mail =
  | {
      kind: "reset"
      address: string
      /** Sets a new password. A secret: for this mail only. */
      link: string
      /** How long the link lives from now, in seconds. */
      lifetime: number
    }
  | {
      kind: "otherSignIn"
      address: string
      /** Ids of the providers that the account signs in with, such as "google". */
      providers: string[]
      /** The page to sign in. */
      link?: string
    }
  | {
      kind: "register"
      address: string
      /** The page to register. */
      link?: string
    }
  | { kind: "noAccount"; address: string }
  | {
      kind: "passwordChanged"
      address: string
      at: Date
      reason: "reset" | "change" | "other"
      browser?: string
      ip?: string
      /** The page where a reset can be asked for. */
      link?: string
    }

export type MailKind = Mail["kind"]

/** The mail of one kind. */
export type MailOf<K extends MailKind> = Extract<Mail, { kind: K }>

/** How a store's mails look. */
export type Branding = {
  /** Width and height in CSS pixels. */
  logo?: { url: string; alt?: string; width?: number; height?: number }
  /** Of the button and of links, as `#rrggbb`. */
  color?: string
  /** Where customers may write. */
  supportAddress?: string
}

/** What is the same for all mails of a store to one reader. */
export type MailLook = {
  storeName: string
  /** BCP 47 language tag. */
  locale: string
  /** IANA name, such as "Europe/Vienna". */
  timeZone: string
  branding: Branding
  locales: StoreLocales
}

/** A mail as the Notification Module hands it to a provider. */
export type MailContent = { subject: string; html: string; text: string }
