import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { until } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const USES = 50

withStore("a link", (store) => {
  /** Uses a token many times at once, each time with another password. */
  const useAtOnce = async (token: string) => {
    const passwords = Array.from({ length: USES }, (_, index) => `new-password-${index}`)
    const answers = await Promise.all(
      passwords.map((password) => store.update(token, { password })),
    )
    const winners = passwords.filter((_, index) => answers[index]!.status === 200)
    const losers = answers.filter(({ status }) => status !== 200)
    return { winners, losers }
  }

  it.each([
    ["ours", () => store.tokenFor(JANE)],
    ["one of Medusa's own workflow", () => store.coreTokenWithoutMail(JANE)],
  ])("that is used 50 times at once works exactly once (%s)", async (_, mint) => {
    await store.register(JANE, "old-password")
    const token = await mint()

    const { winners, losers } = await useAtOnce(token)

    expect(winners).toHaveLength(1)
    expect(losers).toHaveLength(USES - 1)
    for (const { status, body } of losers) {
      expect([status, body.code]).toEqual([401, "token_used"])
    }
    expect((await store.login(JANE, winners[0]!)).status).toBe(200)
    expect((await store.resets()).filter(({ status }) => status === "completed")).toHaveLength(1)
  })

  it("survives a database that fails between the spending and the writing", async () => {
    await store.register(JANE, "old-password")
    const token = await store.tokenFor(JANE)
    await store.sql(
      `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full'; END $$`,
    )
    await store.sql(
      `CREATE TRIGGER fail BEFORE UPDATE ON provider_identity FOR EACH ROW EXECUTE FUNCTION fail()`,
    )

    const failed = await store.update(token, { password: "new-password" })
    await store.sql(`DROP FUNCTION fail CASCADE`)

    expect([failed.status, failed.body.type]).toEqual([500, "unexpected_state"])
    expect(JSON.stringify(failed.body)).not.toContain("disk full")
    expect((await store.login(JANE, "old-password")).status).toBe(200)
    expect((await store.check(token)).status).toBe(200)
    expect((await store.update(token, { password: "new-password" })).status).toBe(200)
  })

  it("is used while Medusa mints another for the account, and neither waits for ever", async () => {
    await store.register(JANE, "old-password")
    const auth = store.container().resolve(Modules.AUTH)
    const [{ id, auth_identity_id }] = (await auth.listProviderIdentities({
      entity_id: JANE,
    })) as unknown as [{ id: string; auth_identity_id: string }]
    await store.coreTokenWithoutMail(JANE)
    const token = await store.tokenFor(JANE)
    await store.coreTokenWithoutMail(JANE)
    const waiting = async () => {
      const rows = await store.sql(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)
      return rows.length > 0
    }

    // Medusa deletes old tokens, then stores the new one. This stops it between the two.
    const minting = await store
      .container()
      .resolve(ContainerRegistrationKeys.PG_CONNECTION)
      .transaction()
    await minting.raw(`DELETE FROM auth_password_reset_token WHERE provider_identity_id = ?`, [id])
    const using = store.update(token, { password: "new-password" })
    await until(waiting, "the update to wait for the minting")
    await minting.raw(
      `INSERT INTO auth_password_reset_token
         (id, auth_identity_id, provider_identity_id, entity_id, token_hash, expires_at)
       VALUES ('authprt_x', ?, ?, ?, 'x', now() + interval '15 minutes')`,
      [auth_identity_id, id, JANE],
    )
    await minting.commit()

    expect((await using).status).toBe(200)
  })

  it.each([
    ["nobody has the old address now", false, "token_invalid"],
    ["somebody else has registered the old one", true, "token_superseded"],
  ])("dies when the account's address changes (%s)", async (_, taken, code) => {
    await store.register(JANE, "old-password")
    const token = await store.tokenFor(JANE)
    await store.sql(`UPDATE provider_identity SET entity_id = 'new@shop.example'`)
    if (taken) {
      await store.register(JANE, "a-strangers-password")
    }

    const update = await store.update(token, { password: "new-password" })

    expect([update.status, update.body.code]).toEqual([401, code])
    expect((await store.login("new@shop.example", "old-password")).status).toBe(200)
    expect((await store.login(JANE, "new-password")).status).toBe(401)
  })

  it("and another of the same account, used at once, end without waiting for each other", async () => {
    await store.register(JANE, "old-password")
    const ours = await store.tokenFor(JANE)
    const core = await store.coreTokenWithoutMail(JANE)

    const answers = await Promise.all(
      [ours, core, ours, core].map((token) => store.update(token, { password: "new-password" })),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401])
  })
})
