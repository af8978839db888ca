import { expectSame } from "../../support/checks"
import { Client } from "../../support/client"
import { freePort } from "../../support/free-port"
import type { Inbox } from "../../support/inbox"
import { tokenIn } from "../../support/mail-links"
import type { Row } from "../../support/postgres"
import { type Shop, startShop } from "../../support/shop"
import { Store } from "../../support/store"

export const ADMIN = "admin@shop.example"

const OPTIONS = {
  dialects: ["medusa-v1", "commerce-layer", "bagisto"],
  admin: { returnToken: true },
}

/** Two instances of one shop on one database, and a client of each. */
export class TwoInstances {
  /** Every password and every token of a reset that went over the wire, with the token's `jti`. */
  readonly secrets = new Set<string>()
  readonly a: Client
  readonly b: Client
  readonly inbox: Inbox
  /** The instance of `b`. That of `a` runs all the time. */
  readonly second: Store

  private constructor(
    private readonly shop: Shop,
    cwd: string,
    private readonly port: number,
  ) {
    this.a = new Client(shop.url, this.secrets)
    this.b = new Client(`http://localhost:${port}`, this.secrets)
    this.inbox = shop.inbox
    this.second = new Store({ cwd, env: shop.store.env })
  }

  /**
   * Starts all but the second instance.
   *
   * @param cwd the store's folder
   */
  static async start(cwd: string): Promise<TwoInstances> {
    const shop = await startShop({
      cwd,
      env: { LOG_LEVEL: "silly", PLUGIN_OPTIONS: JSON.stringify(OPTIONS) },
      beforeStart: (store) => store.run("user", "--email", ADMIN, "--password", "old-password"),
    })
    return new TwoInstances(shop, cwd, await freePort())
  }

  async startSecond(): Promise<void> {
    await this.second.start(this.port)
  }

  /** What both have logged so far. */
  get log(): string {
    return this.shop.store.log + this.second.log
  }

  sql<Found extends Row = Row>(statement: string): Promise<Found[]> {
    return this.shop.postgres.query<Found>("shop", statement)
  }

  /** Registers a customer with the password `old-password`. Resolves to the address. */
  async account(name: string): Promise<string> {
    const email = `${name}@shop.example`
    expectSame((await this.a.register(email, "old-password")).status, 200)
    return email
  }

  /** Asks for a reset, and reads its token out of the mail. */
  async tokenFor(email: string, actor = "customer"): Promise<string> {
    await this.a.ask(email, actor)
    return this.noteToken(tokenIn(await this.inbox.waitForMail(email)))
  }

  /** Remembers a token, and what of it must not be seen anywhere either. */
  noteToken(token: string): string {
    const [, claims = "", signature = ""] = token.split(".")
    const { jti } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { jti: string }
    this.secrets.add(token).add(signature).add(jti)
    return token
  }

  async stop(): Promise<void> {
    await this.second.stop()
    await this.shop.stop()
  }
}
