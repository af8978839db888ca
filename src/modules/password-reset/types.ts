import type { PasswordResetStatus } from "./models/password-reset"

/** What is known of a reset when it is asked for. */
export type ResetRequest = {
  identifier: string
  actor_type: string
  metadata: Record<string, unknown>
  /** BCP 47 tag of the language that the requester reads. */
  locale?: string
  start?: ResetStart
}

/** What is said of a reset besides whose it is. */
export type ResetStart = {
  /** Who starts it for the account, such as `user:user_01…` or `api-key:apk_01…`. */
  started_by?: string
  reference?: string
  reference_origin?: string
  /** Seconds. */
  token_ttl?: number
  /** The dialect that it was asked for in. */
  dialect?: string
  /** Whether it is for those customers only whose `email` is the address that they sign in with. */
  requires_own_email?: boolean
}

/** A request that a worker has claimed. */
export type ClaimedReset = Omit<ResetRequest, "locale" | "start"> & {
  id: string
  started_by: string | null
  token_ttl: number | null
  requires_own_email: boolean
  attempts: number
  /** The attempt that minted the token that it has, if it has one. */
  issued_attempt: number | null
  /** `issued`: an earlier attempt has minted a token, whose mail did not go out. */
  status: "accepted" | "issued"
}

/** The kinds of mail that carry no token, and go out once a day to an address. */
export type InformationalKind = "otherSignIn" | "register" | "noAccount"

/** What became of a claimed request. */
export type IssueOutcome = { id: string; attempt: number } & (
  | { status: "superseded"; actor_id: string | null }
  /** `identifier` replaces the address, which is nobody's here. */
  | { status: "ignored"; identifier: string }
  | { status: "failed"; failure_reason: string; actor_id: string | null }
  | {
      status: "issued"
      mail: "reset"
      actor_type: string
      actor_id: string | null
      entity_id: string
      provider_identity_id: string
      auth_identity_id: string
      token_hash: string
      expires_at: Date
    }
  | { status: "issued"; mail: InformationalKind; entity_id: string; actor_id: string | null }
)

/** A token that is handed to whoever asked for it. */
export type HandedOut = {
  request: ResetRequest
  account: {
    actor_id: string | null
    entity_id: string
    provider_identity_id: string
    auth_identity_id: string
  }
  token: { token_hash: string; expires_at: Date }
  /** Whether it is mailed besides, by us or by whoever listens to the event. */
  isMailed: boolean
}

/** A token on its way to its mail, with what the request carried along. */
export type IssuedToken = { token: string; metadata: Record<string, unknown> }

/** A mail on its way that carries no token. */
export type InformationalMail = { id: string; kind: InformationalKind; providers: string[] }

/** A reset whose mail is to go out now. */
export type DeliverableReset = {
  id: string
  attempts: number
  token_hash: string | null
  actor_type: string
  actor_id: string | null
  entity_id: string
  expires_at: Date | null
  locale: string | null
}

/** What became of an attempt to send a mail; `is_permanent`: another would fail as well. */
export type DeliveryOutcome = { id: string; attempt: number } & (
  | { sent: true; is_permanent: false; failure_reason: null }
  | { sent: false; is_permanent: boolean; failure_reason: string }
)

/** From where a password is changed. */
export type ClientDescription = { ip?: string; browser?: string; locale?: string }

/** A changed password that its owner is to hear of. */
export type ClaimedNotice = {
  id: string
  attempts: number
  reason: "reset" | "change" | "other"
  actor_type: string
  actor_id: string | null
  entity_id: string
  ip: string | null
  browser: string | null
  locale: string | null
  created_at: Date
}

/** How a token stands: its own row's state, wherever it was minted. */
export type TokenState = {
  /** Of the reset; null for a token of Medusa's own that has no row yet. */
  id: string | null
  status: PasswordResetStatus
  entity_id: string
  expires_at: Date
}
