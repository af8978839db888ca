/** `password_reset.status`, from asking to done; every state after `unknown` is an end. */
export const PasswordResetStatus = {
  /** Asked for; the account has not been looked for yet. */
  ACCEPTED: "accepted",
  /** The token exists, and `auth.password_reset` has been emitted: its mail is on the way. */
  ISSUED: "issued",
  /** A notification provider has taken the mail. */
  SENT: "sent",
  /** The mail may be out: its provider has not said. Its link works, and ends no other that was `sent`. */
  UNKNOWN: "unknown",
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

const LIVE_STATUSES: readonly PasswordResetStatus[] = ["issued", "sent", "unknown"]

/** SQL: the statuses of a row whose link works, unless its time is up. */
export const LIVE = `(${LIVE_STATUSES.map((status) => `'${status}'`).join(", ")})`

/** Whether the link of a row works, unless its time is up. */
export function isLive(status: PasswordResetStatus): boolean {
  return LIVE_STATUSES.includes(status)
}

/** `password_reset.mail`, the answer to a request. Only `reset` carries a link that sets a password. */
export const MAILS = ["reset", "otherSignIn", "register", "noAccount"] as const

/** The mails without a link: at most one a day goes to an address. */
export type InformationalKind = Exclude<(typeof MAILS)[number], "reset">

/** SQL: rows about people without an account. They are kept for a day. */
export const SHORT_LIVED = "(status = 'ignored' OR mail = 'noAccount')"
