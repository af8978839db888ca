import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import { sql } from "../database/sql"
import { withDeadline } from "../timing/deadline"
import { BoundedMap } from "./bounded-map"

/** How long a client is known after its last success. */
export const KNOWN_DAYS = 30
/** How many clients are known on one account. */
const MAX_CLIENTS = 5
/** How long an answer is used before the database is asked again. */
const ANSWER_MAX_AGE_MS = 10_000
/** How long a success is not written again. Another instance may have forgotten it meanwhile. */
const WRITTEN_MAX_AGE_MS = 3600 * 1000
/** How many answers are kept in memory. */
const MAX_ANSWERS = 10_000
/** How long a login waits for the database. */
const TIMEOUT_MS = 1000

/** An account as clients are known on it, by HMACs. */
export type KnownAccount = {
  /** Of the folded address, so that what memory knows of an account can be forgotten. */
  address: string
  /** Of the address as typed, so that answers from memory need no query: it alone tells which account is meant. */
  spelling: string
  /** Of the account itself; of an address without one, too, so that both take the same time. */
  find: () => Promise<string>
}

/**
 * From where people have signed in to which account, as HMACs. A stranger's failures don't slow them down.
 *
 * Nothing here throws: who is not known is only slower.
 */
export class KnownClients {
  private readonly answers = new BoundedMap<string, { isKnown: boolean; until: number }>(
    MAX_ANSWERS,
  )
  private readonly written = new BoundedMap<string, number>(MAX_ANSWERS)
  private isFailing = false

  constructor(
    private readonly knex: Knex,
    private readonly logger: Logger,
  ) {}

  async isKnown(account: KnownAccount, client: string): Promise<boolean> {
    const id = idOf(account, client)
    const answer = this.answers.get(id)
    if (answer && answer.until > Date.now()) {
      return answer.isKnown
    }
    const rows = await this.ask(async () =>
      sql(
        this.knex,
        `SELECT 1 FROM password_reset_known_client
          WHERE account = ? AND client = ? AND seen_at > now() - make_interval(days => ${KNOWN_DAYS})`,
        [await account.find(), client],
      ),
    )
    return this.remind(id, rows.length > 0)
  }

  /** Remembers a success. The account's oldest client makes room. */
  async remember(known: KnownAccount, client: string): Promise<void> {
    const id = idOf(known, client)
    this.remind(id, true)
    if ((this.written.get(id) ?? 0) > Date.now() - WRITTEN_MAX_AGE_MS) {
      return
    }
    const rows = await this.ask(async () => {
      const account = await known.find()
      return sql(
        this.knex,
        `WITH oldest AS (
           SELECT client FROM password_reset_known_client WHERE account = ? AND client <> ?
            ORDER BY seen_at DESC OFFSET ${MAX_CLIENTS - 1}
         ), forgotten AS (
           DELETE FROM password_reset_known_client k USING oldest
            WHERE k.account = ? AND k.client = oldest.client
         )
         INSERT INTO password_reset_known_client (account, client) VALUES (?, ?)
         ON CONFLICT (account, client) DO UPDATE SET seen_at = now()
         RETURNING 1`,
        [account, client, account, account, client],
      )
    })
    if (rows.length > 0) {
      this.written.set(id, Date.now())
    }
  }

  /** Forgets all clients of an account. */
  async forget({ address, find }: KnownAccount): Promise<void> {
    for (const memory of [this.answers, this.written]) {
      for (const id of memory.keys()) {
        if (id.startsWith(`${address}.`)) {
          memory.delete(id)
        }
      }
    }
    await this.ask(async () =>
      sql(this.knex, `DELETE FROM password_reset_known_client WHERE account = ?`, [await find()]),
    )
  }

  private remind(id: string, isKnown: boolean): boolean {
    this.answers.set(id, { isKnown, until: Date.now() + ANSWER_MAX_AGE_MS })
    return isKnown
  }

  /** Asks the database. The log has one line when it begins to fail. */
  private async ask(work: () => Promise<unknown[]>): Promise<unknown[]> {
    try {
      const rows = await withDeadline(work(), TIMEOUT_MS, "the database")
      this.isFailing = false
      return rows
    } catch (error) {
      if (!this.isFailing) {
        this.isFailing = true
        this.logger.warn(
          "medusa-plugin-password-reset: from where people have signed in can't be told " +
            `(${(error as Error).message}); past a limit, everybody waits for a turn`,
        )
      }
      return []
    }
  }
}

/** The account comes first: `forget` finds all that begins with it. */
function idOf({ address, spelling }: KnownAccount, client: string): string {
  return `${address}.${spelling}.${client}`
}
