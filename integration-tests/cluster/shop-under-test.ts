import { expectSame } from "../../support/checks"
import { bearer, type Client, type RequestHeaders } from "../../support/client"
import type { Crowd } from "../../support/crowd"
import { tokenIn } from "../../support/mail-links"
import type { ReceivedMail } from "../../support/mail-server"
import { until } from "../../support/until"
import type { Cluster } from "./cluster"

/** What the checks know of the shop that they look at. */
export class ShopUnderTest {
  private constructor(
    readonly cluster: Cluster,
    readonly crowd: Crowd,
    /** The key of a storefront. */
    private readonly publishable: string,
  ) {}

  static async prepare(cluster: Cluster, crowd: Crowd): Promise<ShopUnderTest> {
    await crowd.seed()
    return new ShopUnderTest(cluster, crowd, await createPublishableKey(cluster))
  }

  /** The same shop, with a crowd that asks other instances. */
  with(crowd: Crowd): ShopUnderTest {
    return new ShopUnderTest(this.cluster, crowd, this.publishable)
  }

  mailsTo(address: string): ReceivedMail[] {
    return this.cluster.mailServer.mailsTo(address)
  }

  /** Registers a customer with the password `old-password`. Resolves to the address. */
  async account(client: Client, name: string): Promise<string> {
    const email = `${name}@shop.example`
    expectSame((await client.register(email, "old-password")).status, 200)
    return email
  }

  /** Asks for a reset, and reads its token out of the mail. */
  async tokenFor(client: Client, email: string): Promise<string> {
    const before = this.mailsTo(email).length
    expectSame((await client.ask(email)).status, 201)
    const hasCome = () => this.mailsTo(email).length > before
    await until(hasCome, `a mail for ${email}`)
    return tokenIn(this.mailsTo(email).at(-1)!)
  }

  /** The headers of a customer who is signed in, in the storefront. */
  asCustomer(token: string): RequestHeaders {
    return { ...bearer(token), "x-publishable-api-key": this.publishable }
  }
}

/** A key that a sales channel knows. */
async function createPublishableKey({ sql }: Cluster): Promise<string> {
  const token = `pk_${"0".repeat(64)}`
  await sql(
    `INSERT INTO api_key (id, token, salt, redacted, title, type, created_by)
       VALUES ('apk_1', '${token}', '', 'pk_***', 'Storefront', 'publishable', 'test');
     INSERT INTO sales_channel (id, name) VALUES ('sc_1', 'Storefront');
     INSERT INTO publishable_api_key_sales_channel (id, publishable_key_id, sales_channel_id)
       VALUES ('pksc_1', 'apk_1', 'sc_1')`,
  )
  return token
}
