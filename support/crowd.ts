import { setTimeout as sleep } from "node:timers/promises"
import { expect, messageOf } from "./checks"
import { Client } from "./client"
import { tokenIn } from "./mail-links"
import type { MailServer } from "./mail-server"
import type { Row } from "./postgres"
import { until } from "./until"

/** How many clients ask at once. */
const CLIENTS = 4
/** How long each waits before it asks again: every link is checked in the end. */
const PAUSE_MS = 100
/** How long each waits after it was refused. */
const PAUSE_AFTER_REFUSAL_MS = 250
/** How long the last mails may take: the lease of a worker that was killed, and more. */
const MAILS_TIMEOUT_MS = 900_000
/** More than can be asked for: an address whose request was cut short is not asked for again. */
const ACCOUNTS = 50_000

export type Sql = (statement: string) => Promise<Row[]>

type Shop = {
  /** The instances, which are asked in turn. */
  urls: string[]
  sql: Sql
  mailServer: MailServer
  /** The number of the first who asks, where another crowd has asked already. */
  first?: number
}

/** Many customers of one shop, each of whom asks for a reset once, while things go wrong. */
export class Crowd {
  next: number
  private readonly clients: Client[]
  private readonly sql: Sql
  private readonly mailServer: MailServer

  constructor({ urls, sql, mailServer, first = 0 }: Shop) {
    this.clients = urls.map((url) => new Client(url))
    this.sql = sql
    this.mailServer = mailServer
    this.next = first
  }

  /** Gives everybody an account. */
  async seed(): Promise<void> {
    await this.sql(
      `INSERT INTO auth_identity (id, app_metadata)
         SELECT 'authid_' || n, '{}' FROM generate_series(0, ${ACCOUNTS}) n;
       INSERT INTO provider_identity (id, entity_id, provider, auth_identity_id, provider_metadata)
         SELECT 'pid_' || n, 'somebody-' || n || '@shop.example', 'emailpass', 'authid_' || n, '{}'
           FROM generate_series(0, ${ACCOUNTS}) n`,
    )
  }

  /** Asks for somebody who has not asked yet. Resolves to the address, where it was accepted. */
  async ask(): Promise<string | undefined> {
    const number = this.next++
    const email = `somebody-${number}@shop.example`
    const answer = await this.clientOf(number)
      .ask(email)
      .catch(() => undefined)
    return answer?.status === 201 ? email : undefined
  }

  /** Asks for so many, one after the other or all `atOnce`. Fails where one is refused. */
  async askFor(count: number, { atOnce = false } = {}): Promise<string[]> {
    const accepted: string[] = []
    const one = async () => {
      const email = await this.ask()
      expect(email, "a request was refused")
      accepted.push(email)
    }
    if (atOnce) {
      await Promise.all(Array.from({ length: count }, one))
      return accepted
    }
    for (let index = 0; index < count; index++) {
      await one()
    }
    return accepted
  }

  /**
   * Asks for one account after the other, as several clients, until it is told to stop.
   *
   * @returns a function that stops, and resolves to the addresses that were accepted
   */
  askOnAndOn(): () => Promise<string[]> {
    const accepted: string[] = []
    let isOver = false
    const client = async () => {
      while (!isOver) {
        const email = await this.ask()
        if (email) {
          accepted.push(email)
        } else {
          await sleep(PAUSE_AFTER_REFUSAL_MS)
        }
        await sleep(PAUSE_MS)
      }
    }
    const clients = Array.from({ length: CLIENTS }, client)
    return async () => {
      isOver = true
      await Promise.all(clients)
      return accepted
    }
  }

  /**
   * Waits until every address has a mail whose link works, and none has two that do.
   *
   * @returns how many mails there were besides
   */
  async expectLinks(addresses: string[]): Promise<number> {
    await this.allAreDone(addresses)
    const [client] = this.clients
    let besides = 0
    for (const address of addresses) {
      const links = this.mailServer.mailsTo(address).map(tokenIn)
      besides += links.length - 1
      const checks = await Promise.all(links.map((link) => client!.check(link)))
      const working = checks.filter(({ status }) => status === 200).length
      expect(working === 1, `${address} has ${links.length} mails, and ${working} links that work`)
    }
    return besides
  }

  /** Fails unless so many were accepted, and all of them have links that work. */
  async expectAll(addresses: string[], { atLeast }: { atLeast: number }): Promise<void> {
    expect(addresses.length >= atLeast, `only ${addresses.length} requests were accepted`)
    const besides = await this.expectLinks(addresses)
    console.log(`    ${addresses.length} accepted, ${besides} mails more than needed`)
  }

  /** The resets that a worker still has to do something about. */
  openRows(): Promise<Row[]> {
    return this.sql(
      `SELECT id, status, attempts, due_at, failure_reason FROM password_reset WHERE due_at IS NOT NULL`,
    )
  }

  private async allAreDone(addresses: string[]): Promise<void> {
    const missing = () => {
      const arrived = new Set(this.mailServer.mails.flatMap(({ recipients }) => recipients))
      return addresses.filter((address) => !arrived.has(address))
    }
    try {
      await until(
        async () => !missing().length && !(await this.openRows()).length,
        "every mail",
        MAILS_TIMEOUT_MS,
      )
    } catch (error) {
      const [left, rows] = [missing(), await this.openRows()]
      throw new Error(
        `${messageOf(error)}; missing: ${left.slice(0, 5).join(", ")} (${left.length}); open rows: ` +
          JSON.stringify(rows.slice(0, 3)),
      )
    }
  }

  private clientOf(number: number): Client {
    return this.clients[number % this.clients.length]!
  }
}
