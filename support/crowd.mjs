import { expect, until } from "./checks.mjs"
import { Client } from "./client.mjs"
import { tokenIn } from "./mail-server.mjs"

/** How many clients ask at once. */
const CLIENTS = 4
/** How long each waits before it asks again, in milliseconds: what it asks for is looked at one by one. */
const PACE = 100
/** How long the last mails may take, in seconds: the lease of a worker that was killed, and more. */
const PATIENCE = 300
/** More than can be asked for: an address whose request was cut short is not asked for again. */
const ACCOUNTS = 50_000

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Many customers of one shop, each of whom asks for a reset once, while things go wrong. */
export class Crowd {
  next = 0

  /**
   * @param {{ urls: string[], sql: (statement: string) => Promise<Record<string, any>[]>,
   *   mailServer: import("./mail-server.mjs").MailServer }} shop whose instances are asked in turn
   */
  constructor({ urls, sql, mailServer }) {
    this.clients = urls.map((url) => new Client(url))
    this.sql = sql
    this.mailServer = mailServer
  }

  /** Gives everybody an account. */
  async seed() {
    await this.sql(
      `INSERT INTO auth_identity (id, app_metadata)
         SELECT 'authid_' || n, '{}' FROM generate_series(0, ${ACCOUNTS}) n;
       INSERT INTO provider_identity (id, entity_id, provider, auth_identity_id, provider_metadata)
         SELECT 'pid_' || n, 'somebody-' || n || '@shop.example', 'emailpass', 'authid_' || n, '{}'
           FROM generate_series(0, ${ACCOUNTS}) n`,
    )
  }

  /** Asks for somebody who has not been asked for yet. @returns the address, where it was accepted */
  async ask() {
    const number = this.next++
    const email = `somebody-${number}@shop.example`
    const client = this.clients[number % this.clients.length]
    const answer = await client.ask(email).catch(() => undefined)
    return answer?.status === 201 ? email : undefined
  }

  /**
   * Asks for one account after the other, as several clients, until it is told to stop.
   *
   * @returns {() => Promise<string[]>} stops; resolves to the addresses that were accepted
   */
  askOnAndOn() {
    const accepted = []
    let isOver = false
    const client = async () => {
      while (!isOver) {
        const email = await this.ask()
        email ? accepted.push(email) : await pause(250)
        await pause(PACE)
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
   * @returns {Promise<number>} how many mails there were besides
   */
  async expectLinks(addresses) {
    const linksOf = (address) =>
      this.mailServer.mails.filter(({ to }) => to === address).map((mail) => tokenIn(mail))
    const missing = new Set(addresses)
    await until(
      async () => {
        const arrived = new Set(this.mailServer.mails.map(({ to }) => to))
        for (const address of missing) {
          if (arrived.has(address)) {
            missing.delete(address)
          }
        }
        return missing.size === 0 && !(await this.openRows()).length
      },
      "every mail",
      PATIENCE,
    ).catch(async (error) => {
      throw new Error(
        `${error.message}; missing: ${[...missing].slice(0, 5)} (${missing.size}); open rows: ` +
          JSON.stringify((await this.openRows()).slice(0, 3)),
      )
    })
    let besides = 0
    for (const address of addresses) {
      const links = linksOf(address)
      besides += links.length - 1
      const checks = await Promise.all(links.map((link) => this.clients[0].check(link)))
      const working = checks.filter(({ status }) => status === 200).length
      expect(working === 1, `${address} has ${links.length} mails, and ${working} links that work`)
    }
    return besides
  }

  openRows() {
    return this.sql(
      `SELECT id, status, attempts, due_at, failure_reason FROM password_reset WHERE due_at IS NOT NULL`,
    )
  }
}
