import { type Checks, expectSame } from "../../support/checks"
import { bearer, textAt } from "../../support/client"
import { until } from "../../support/until"
import { ADMIN, type TwoInstances } from "./two-instances"

const USES = 50

/** What holds in one process holds across both. */
export async function checkSharedState({ test }: Checks, shop: TwoInstances): Promise<void> {
  const { a, b } = shop
  const alternate = (index: number) => (index % 2 ? a : b)

  await test(`a link that is used ${USES} times at once, on both, works once`, async () => {
    const email = await shop.account("jane")
    const token = await shop.tokenFor(email)
    const answers = await Promise.all(
      Array.from({ length: USES }, (_, index) =>
        alternate(index).update(token, `new-password-${index}`),
      ),
    )
    const winners = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []))
    const losers = answers.filter(({ status }) => status !== 200)
    expectSame([winners.length, losers.length], [1, USES - 1])
    for (const { status, body } of losers) {
      expectSame([status, body.code], [401, "token_used"])
    }
    expectSame((await b.login(email, `new-password-${winners[0]}`)).status, 200)
  })

  await test("ten requests at once, on both, leave one link that works", async () => {
    const email = await shop.account("joan")
    await Promise.all(Array.from({ length: 10 }, (_, index) => alternate(index).ask(email)))
    await shop.inbox.waitForMail(email)
    const openRows = () =>
      shop.sql(`SELECT id FROM password_reset WHERE status IN ('accepted', 'issued')`)
    await until(async () => !(await openRows()).length, "the workers")
    const living = await shop.sql(
      `SELECT id FROM password_reset WHERE entity_id = '${email}' AND status IN ('issued', 'sent')`,
    )
    expectSame(living.length, 1)
  })

  await test("failed logins on both count together", async () => {
    const email = await shop.account("jill")
    // A registration ends as a good login does: shortly after its answer, it clears the count.
    const counted = () => shop.sql(`SELECT 1 FROM password_reset_throttle WHERE key LIKE 'login:%'`)
    await until(async () => !(await counted()).length, "the registration to be over")
    for (let guess = 0; guess < 10; guess++) {
      expectSame((await alternate(guess).login(email, "wrong-password")).status, 401)
    }
    expectSame((await a.login(email, "old-password")).status, 429)
    expectSame((await b.login(email, "old-password")).status, 429)
  })

  await test("a reset on one clears them on both", async () => {
    const email = "jill@shop.example"
    expectSame((await a.update(await shop.tokenFor(email), "new-password")).status, 200)
    expectSame((await a.login(email, "new-password")).status, 200)
    const isLetIn = async () => (await b.login(email, "new-password")).status === 200
    await until(isLetIn, "the other instance")
  })

  await test("a session that is ended on one ends on the other as well", async () => {
    const session = textAt(await b.login(ADMIN, "old-password", "user"), "token")
    expectSame((await b.adminMe(session)).status, 200)
    const token = await shop.tokenFor(ADMIN, "user")
    expectSame((await a.update(token, "new-password", "user")).status, 200)
    expectSame((await a.adminMe(session)).status, 401)
    const refresh = await b.post("/auth/token/refresh", undefined, bearer(session))
    expectSame(refresh.status, 401)
    const isOver = async () => (await b.adminMe(session)).status === 401
    await until(isOver, "the other instance")
    const fresh = textAt(await b.login(ADMIN, "new-password", "user"), "token")
    expectSame([(await a.adminMe(fresh)).status, (await b.adminMe(fresh)).status], [200, 200])
    await shop.second.stop()
    await shop.startSecond()
    expectSame([(await b.adminMe(session)).status, (await b.adminMe(fresh)).status], [401, 200])
  })
}
