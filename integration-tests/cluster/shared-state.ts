import { setTimeout as sleep } from "node:timers/promises"
import { type Checks, expectSame, expectStatuses } from "../../support/checks"
import { type Client, textAt } from "../../support/client"
import { until } from "../../support/until"
import type { ShopUnderTest } from "./shop-under-test"

const USES = 50

/**
 * What holds between two instances, whichever build each of them runs.
 *
 * @param name of the pair
 */
export async function checkSharedState(
  { test }: Checks,
  shop: ShopUnderTest,
  { a, b, name }: { a: Client; b: Client; name: string },
): Promise<void> {
  const { sql } = shop.cluster
  const alternate = (index: number) => (index % 2 ? a : b)

  await test(`${name}: a link asked for on one is used on the other`, async () => {
    for (const { asked, used, who } of [
      { asked: a, used: b, who: "ada" },
      { asked: b, used: a, who: "bea" },
    ]) {
      const email = await shop.account(asked, `${who}-${name}`)
      const token = await shop.tokenFor(asked, email)
      expectSame((await used.check(token)).status, 200)
      expectSame((await used.update(token, "new-password")).status, 200)
      expectSame((await asked.update(token, "newer-password")).body.code, "token_used")
      expectSame((await asked.login(email, "new-password")).status, 200)
    }
  })

  await test(`${name}: a link that is used ${USES} times at once works once`, async () => {
    const token = await shop.tokenFor(a, await shop.account(a, `jane-${name}`))
    const answers = await Promise.all(
      Array.from({ length: USES }, (_, index) =>
        alternate(index).update(token, `new-password-${index}`),
      ),
    )
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length
    expectSame([count(200), count(401)], [1, USES - 1])
  })

  await test(`${name}: ten requests at once leave one link that works`, async () => {
    const email = await shop.account(a, `joan-${name}`)
    const asked = Array.from({ length: 10 }, (_, index) => alternate(index).ask(email))
    expectSame(new Set((await Promise.all(asked)).map(({ status }) => status)).size, 1)
    await until(() => shop.mailsTo(email).length > 0, "a mail")
    const areDone = async () => !(await shop.crowd.openRows()).length
    await until(areDone, "the workers")
    const living = `SELECT id FROM password_reset WHERE entity_id = '${email}' AND status IN ('issued', 'sent')`
    expectSame((await sql(living)).length, 1)
  })

  await test(`${name}: failed logins count together`, async () => {
    const email = await shop.account(a, `jill-${name}`)
    await sleep(500) // A registration ends as a good login does: it clears the count.
    for (let guess = 0; guess < 10; guess++) {
      expectSame((await alternate(guess).login(email, "wrong-password")).status, 401)
    }
    const answers = [await a.login(email, "old-password"), await b.login(email, "old-password")]
    expectStatuses(answers, [429, 429])
  })

  await test(`${name}: an address gets three mails' worth of requests from all together`, async () => {
    const email = await shop.account(a, `june-${name}`)
    for (let count = 0; count < 8; count++) {
      expectSame((await alternate(count).ask(email)).status, 201)
    }
    const rows = await sql(`SELECT id FROM password_reset WHERE identifier = '${email}'`)
    expectSame(rows.length, 3)
  })

  await test(`${name}: sessions end on the other as well`, async () => {
    const email = await shop.account(a, `judy-${name}`)
    const login = async () => textAt(await a.login(email, "old-password"), "token")
    const registered = await a.post("/store/customers", { email }, shop.asCustomer(await login()))
    expectSame(registered.status, 200)
    const headers = shop.asCustomer(await login())
    const me = async (client: Client) => (await client.get("/store/customers/me", headers)).status
    expectSame([await me(a), await me(b)], [200, 200])
    expectSame((await b.update(await shop.tokenFor(b, email), "new-password")).status, 200)
    expectSame(await me(b), 401)
    await until(async () => (await me(a)) === 401, "the other instance")
  })
}
