import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { sql } from "../database/sql"
import type { Limit } from "../throttle/throttle"

/** How many mails one account may get, or one mailbox for all its identities that belong to nobody. */
export type MailLimits = {
  /** Seconds after a mail in which it answers further requests for the same actor as well. */
  spacing: number
  /** Mails to one account, or one mailbox. */
  perIdentifier: Limit
}

/** SQL: rows that a mail was started for within an interval. An index on `issued_at` finds them. */
const mailedWithin = (interval: string) =>
  `mail IS NOT NULL AND issued_at > now() - ${interval} AND deleted_at IS NULL`

/** SQL: rows whose latest mail is out, may be out, or is on its way. A claimed one with no new token yet is neither. */
const IS_MAILED = `(status IN ('sent', 'unknown') OR status = 'issued' AND attempts = issued_attempt)`

/** Whose share a mail counts on. */
type Recipient = {
  auth_identity_id?: string | null
  actor_type: string
  /**
   * Key of the mailbox, where the identity belongs to nobody, or there is none: whoever registers a mailbox in
   * many spellings gets no more mails there. An account with an actor keeps a share of its own, so that nobody
   * uses it up.
   */
  mailbox: string | null
}

/** How many mails a recipient has had lately. */
type Mailed = Recipient & {
  mails: number
  /** Whether the last one is younger than `spacing`, so that it answers another request. */
  just_mailed: boolean
}

/** Whether another mail may go to somebody. */
export class RecentMails {
  constructor(
    private readonly rows: Mailed[],
    private readonly limit: number,
  ) {}

  /**
   * A mail that has just gone out answers another request as well, if it leads to the same actor's
   * page. And no account gets more than the limit, for all its actors together.
   */
  areEnough({ auth_identity_id, actor_type, mailbox }: Recipient): boolean {
    const isOwn = (row: Mailed) => auth_identity_id && row.auth_identity_id === auth_identity_id
    const own = this.rows.filter(isOwn)
    const ofMailbox = this.rows.filter(
      (row) => mailbox && row.mailbox === mailbox && !own.includes(row),
    )
    const mails = [...own, ...ofMailbox].reduce((sum, row) => sum + row.mails, 0)
    return (
      mails >= this.limit || own.some((row) => row.just_mailed && row.actor_type === actor_type)
    )
  }

  /** Counts a mail that is about to go out. */
  add(recipient: Recipient): void {
    this.rows.push({ ...recipient, mails: 1, just_mailed: false })
  }
}

/**
 * What accounts and mailboxes have been mailed within `perIdentifier.window`, for whatever actor.
 *
 * @param mailboxes their keys
 * @param except the requests at hand: one that is tried again is no mail of its own
 * @param limits undefined for any number of mails
 */
export async function findMailed(
  knex: Knex,
  auth_identity_ids: readonly string[],
  mailboxes: readonly string[],
  except: readonly string[],
  limits: MailLimits | undefined,
): Promise<RecentMails> {
  if (!limits) {
    return new RecentMails([], Infinity)
  }
  const { spacing, perIdentifier } = limits
  const rows = await sql<Mailed>(
    knex,
    `SELECT auth_identity_id, actor_type, mailbox, count(*)::int AS mails,
            bool_or(${IS_MAILED} AND origin = 'plugin' AND expires_at > now()
                    AND coalesce(sent_at, issued_at) > now() - make_interval(secs => ?)) AS just_mailed
       FROM password_reset
      WHERE (auth_identity_id = ANY(?) OR mailbox = ANY(?))
        AND ${mailedWithin("make_interval(secs => ?)")} AND status <> 'failed' AND id <> ALL(?)
      GROUP BY auth_identity_id, actor_type, mailbox`,
    [
      spacing,
      [...auth_identity_ids],
      [...mailboxes],
      Math.max(spacing, perIdentifier.window),
      [...except],
    ],
  )
  return new RecentMails(rows, perIdentifier.limit)
}

/**
 * Which of the addresses have had a mail without a link within a day.
 *
 * @param except the requests at hand
 */
export async function findInformed(
  knex: Knex,
  addresses: readonly string[],
  except: readonly string[],
): Promise<Set<string>> {
  const rows = await sql<{ entity_id: string }>(
    knex,
    `SELECT entity_id FROM password_reset
      WHERE entity_id = ANY(?) AND mail <> 'reset' AND ${mailedWithin("interval '1 day'")}
        AND ${IS_MAILED} AND id <> ALL(?)`,
    [[...addresses], [...except]],
  )
  return new Set(rows.map(({ entity_id }) => entity_id))
}

/**
 * The share of `mailsPerMinute` that may be started at once: a second's, or one mail where that is less. Mail servers
 * that limit a minute limit a second as well.
 */
export function shareOf(mailsPerMinute: number): { mails: number; seconds: number } {
  const mails = Math.max(1, Math.floor(mailsPerMinute / 60))
  return { mails, seconds: (mails * 60) / mailsPerMinute }
}

/**
 * How many more mails may be started now. It makes other workers wait until this transaction ends, so that no two
 * spend the same budget.
 */
export async function findMailBudget(
  trx: Knex.Transaction,
  mailsPerMinute: number,
): Promise<number> {
  const { mails, seconds } = shareOf(mailsPerMinute)
  await sql(trx, `SELECT pg_advisory_xact_lock(hashtext('password_reset.mails'))`)
  const [spent] = await sql<{ count: number }>(
    trx,
    `SELECT count(*)::int AS count FROM password_reset
      WHERE ${mailedWithin("make_interval(secs => ?)")}
         OR deleted_at IS NULL AND due_at IS NOT NULL AND attempts > coalesce(issued_attempt, 0)
            AND claimed_at > now() - make_interval(secs => ?)`,
    [seconds, seconds],
  )
  return Math.max(0, mails - (spent?.count ?? 0))
}
