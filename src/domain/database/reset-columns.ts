/** `password_reset.status`, from asking to done; every state after `sent` is an end. */
export const PasswordResetStatus = {
  /** Asked for; the account has not been looked for yet. */
  ACCEPTED: "accepted",
  /** The token exists, and `auth.password_reset` has been emitted: its mail is on the way. */
  ISSUED: "issued",
  /** A notification provider has taken the mail. */
  SENT: "sent",
  /** The password has been set. */
  COMPLETED: "completed",
  /** There is no account to mail. */
  IGNORED: "ignored",
  /** A newer link or a new password has taken its place, or another mail has answered the request. */
  SUPERSEDED: "superseded",
  /** The link was mailed, or its token handed out, and its time is up. */
  EXPIRED: "expired",
  /** An operator has ended it. */
  CANCELLED: "cancelled",
  /** Delivery was given up; `failure_reason` says why. */
  FAILED: "failed",
} as const

export type PasswordResetStatus = (typeof PasswordResetStatus)[keyof typeof PasswordResetStatus]

/** SQL: the statuses of a row whose link works, unless its time is up. */
export const LIVE = "('issued', 'sent')"

/** `password_reset.mail`, the answer to a request. Only `reset` carries a link that sets a password. */
export const MAILS = ["reset", "otherSignIn", "register", "noAccount"] as const

/** The mails without a link: at most one a day goes to an address. */
export type InformationalKind = Exclude<(typeof MAILS)[number], "reset">

/** SQL: rows about people without an account. They are kept for a day. */
export const SHORT_LIVED = "(status = 'ignored' OR mail = 'noAccount')"
