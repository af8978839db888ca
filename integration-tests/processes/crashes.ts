import { type Checks, expect, expectSame } from "../../support/checks"
import { until } from "../../support/until"
import type { TwoInstances } from "./two-instances"

/** What stands when an instance is killed in the middle of a reset. */
export async function checkCrashes({ test }: Checks, shop: TwoInstances): Promise<void> {
  const { a, b, second } = shop
  /** The status of an update on the second instance, or "cut" where the connection broke. */
  const updateOnSecond = (token: string) =>
    b.update(token, "new-password").then(
      ({ status }) => status,
      () => "cut" as const,
    )

  await test("an instance that is killed before it has written leaves the link as it was", async () => {
    const email = await shop.account("jade")
    const token = await shop.tokenFor(email)
    await shop.sql(
      `CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_sleep(2); RETURN NEW; END $$;
       CREATE TRIGGER wait BEFORE UPDATE ON provider_identity FOR EACH ROW EXECUTE FUNCTION wait()`,
    )
    const update = updateOnSecond(token)
    const writing = () =>
      shop.sql(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = 'shop'`)
    await until(async () => (await writing()).length > 0, "the write to begin")
    await second.kill()
    expectSame(await update, "cut")
    await until(async () => (await writing()).length === 0, "the database to notice")
    await shop.sql(`DROP TRIGGER wait ON provider_identity; DROP FUNCTION wait`)
    expectSame((await a.check(token)).status, 200)
    expectSame((await a.login(email, "old-password")).status, 200)
    expectSame((await a.update(token, "newer-password")).status, 200)
    await shop.startSecond()
  })

  await test("an instance that is killed after it has written leaves the link used", async () => {
    const email = await shop.account("june")
    const token = await shop.tokenFor(email)
    const update = updateOnSecond(token)
    const written = () =>
      shop.sql(`SELECT 1 FROM password_reset WHERE entity_id = '${email}' AND status = 'completed'`)
    await until(async () => (await written()).length > 0, "the write")
    await second.kill()
    const status = await update
    expect(status === 200 || status === "cut", `the update was answered ${status}`)
    const again = await a.update(token, "newer-password")
    expectSame([again.status, again.body.code], [401, "token_used"])
    expectSame((await a.login(email, "new-password")).status, 200)
    expectSame((await a.login(email, "newer-password")).status, 401)
  })
}
