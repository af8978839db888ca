import sweepPasswordResets from "../../src/jobs/sweep-password-resets"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { linkIn, until } from "../inbox"
import { type Answer, withStore } from "../store"

const JANE = "jane@shop.example"
const BOSS = "boss@shop.example"
const NEW = { password: "new-password-1" }

const times = <T>(count: number, of: () => T) => Array.from({ length: count }, of)

type Reset = Record<string, unknown> & { id: string; status: string; token?: string }

withStore(
  "operators",
  (store) => {
    let boss: Record<string, string>
    let bossId: string
    let key: Record<string, string>
    let keyId: string

    beforeEach(async () => {
      await store.register(BOSS, "old-password", "user")
      bossId = await store.becomeUser(BOSS)
      const { body } = await store.login(BOSS, "old-password", "user")
      boss = { authorization: `Bearer ${body.token}` }
      const { id, token } = await store.apiKey("secret")
      keyId = id
      key = { authorization: `Basic ${Buffer.from(`${token}:`).toString("base64")}` }
      await store.register(JANE, "old-password")
      await store.becomeCustomer(JANE)
    })

    const start = (body: object, headers = boss) =>
      store.post("/admin/password-resets", { identifier: JANE, ...body }, headers)
    const resetIn = ({ body }: Answer) => body.password_reset as Reset
    const list = async (query = "", headers = boss) => {
      const { body } = await store.get(`/admin/password-resets${query}`, headers)
      return body as { password_resets: Reset[]; count: number; offset: number; limit: number }
    }
    const retrieve = async (id: string, query = "") =>
      resetIn(await store.get(`/admin/password-resets/${id}${query}`, boss))
    const cancel = (id: string) => store.post(`/admin/password-resets/${id}/cancel`, {}, boss)

    it("start a reset, whose link goes to the account, and to nobody else", async () => {
      const answer = await start({ reference: "call-4711", reference_origin: "helpdesk" })

      expect(answer.status).toBe(201)
      expect(answer.headers.get("cache-control")).toBe("no-store")
      expect(resetIn(answer)).toMatchObject({
        status: "accepted",
        identifier: JANE,
        actor_type: "customer",
        reference: "call-4711",
        reference_origin: "helpdesk",
        started_by: `user:${bossId}`,
        trail: [{ event: "accepted", by: `user:${bossId}` }],
      })
      const [mail] = await store.inbox.mailsFor(JANE)
      await store.settled()
      expect((await store.update(linkIn(mail!).token, NEW)).status).toBe(200)
    })

    it("are not held back by mails of late, as strangers are", async () => {
      await store.mailFor(JANE)
      await start({})
      await store.settled()

      expect(store.inbox.mails).toHaveLength(2)
    })

    it.each([
      ["no account", { identifier: "nobody@shop.example" }, 404, "not_found"],
      ["an actor that it does not have", { actor_type: "vendor" }, 404, "not_found"],
      ["no address", { identifier: "" }, 400, "invalid_data"],
      ["an unknown field", { identifer: JANE }, 400, "invalid_data"],
      [
        "a foreign page",
        { metadata: { redirect_url: "https://evil.example" } },
        400,
        "invalid_data",
      ],
    ])("are told of %s", async (_, body, status, type) => {
      const answer = await start(body)

      expect([answer.status, answer.body.type]).toEqual([status, type])
      expect((await list()).count).toBe(0)
    })

    it("see what happened to a reset, and when", async () => {
      const token = await store.tokenFor(JANE)
      await store.check(token)
      await store.update(token, NEW)
      const { password_resets } = await list()
      const found = await retrieve(password_resets[0]!.id)

      expect((found.trail as { event: string }[]).map(({ event }) => event)).toEqual([
        "accepted",
        "issued",
        "sent",
        "link_checked",
        "completed",
      ])
      expect(found).toMatchObject({
        status: "completed",
        trail: [{ by: "request" }, {}, {}, {}, {}],
      })
      expect(JSON.stringify(await list("?fields=%2Btoken_hash,*"))).not.toMatch(/hash|token"/)
      expect(JSON.stringify(await retrieve(found.id, "?fields=token_hash,status"))).not.toMatch(
        /[0-9a-f]{64}/,
      )
    })

    it("find resets by what they know of them", async () => {
      await start({ reference: "one" })
      await store.requestReset("nobody@shop.example")
      await store.settled()
      const ids = async (query: string) =>
        (await list(query)).password_resets.map(({ status }) => status)

      expect(await ids("?status[]=ignored")).toEqual(["ignored"])
      expect(await ids("?status[]=ignored&status[]=sent&order=created_at")).toEqual([
        "sent",
        "ignored",
      ])
      expect(await ids(`?identifier=${JANE}`)).toEqual(["sent"])
      expect(await ids("?reference=one")).toEqual(["sent"])
      expect(await ids("?q=jane")).toEqual(["sent"])
      expect(await ids("?actor_type=user")).toEqual([])
      expect(await ids("?created_at[$gt]=2999-01-01")).toEqual([])
      expect(await list("?limit=1&offset=1&order=-created_at&fields=id")).toMatchObject({
        count: 2,
        offset: 1,
        limit: 1,
        password_resets: [{ id: expect.stringMatching(/^pwres_/) }],
      })
      const refused = await store.get("/admin/password-resets?status=lost", boss)
      expect([refused.status, refused.body.type]).toEqual([400, "invalid_data"])
    })

    it("never see a hash", async () => {
      await store.tokenFor(JANE)
      const [reset] = await store.resets()
      const { id, token_hash } = reset as { id: string; token_hash: string }
      const { body } = await store.get(`/admin/password-resets?fields=token_hash`, boss)
      const one = await retrieve(id, "?fields=token_hash")

      expect(body.password_resets).toEqual([{ id }])
      expect(one).toEqual({ id, trail: expect.any(Array) })
      for (const query of ["?fields=%2Btoken_hash", "?fields=*", `?q=${token_hash}`]) {
        const told = JSON.stringify([await list(query), await retrieve(id, query)])
        expect(told).not.toContain("token_hash")
        expect(told).not.toContain(token_hash)
      }
    })

    it("are told what can't be asked for", async () => {
      for (const query of [
        "status=lost",
        "identifier=%00",
        "reference[]=%00",
        "q=%00",
        "id=%00",
        "actor_type=%00",
        "created_at=%00",
        "created_at[$gt]=tomorrow",
        "order=%00",
        "limit=x",
        "limit=-1",
        "offset=-1",
        "offset=99999999999999999999",
        "created_at[$like]=2024",
        "created_at[$gt][x]=2024-01-01",
      ]) {
        const { status, body } = await store.get(`/admin/password-resets?${query}`, boss)
        expect([query, status, body.type]).toEqual([query, 400, "invalid_data"])
      }
      for (const id of ["%00", "pwres_%00", "pwres_none", "'"]) {
        const answers = [await store.get(`/admin/password-resets/${id}`, boss), await cancel(id)]
        expect(answers.map(({ status, body }) => [status, body.type])).toEqual(
          answers.map(() => [404, "not_found"]),
        )
      }
      for (const body of [
        { reference: "\0" },
        { reference_origin: "\0" },
        { actor_type: "\0" },
        { reference: "x".repeat(321) },
        { metadata: { x: "\0" } },
        { deliver: "no" },
        { surprise: 1 },
      ]) {
        const answer = await start(body)
        expect([body, answer.status, answer.body.type]).toEqual([body, 400, "invalid_data"])
      }
      expect((await list()).count).toBe(0)
    })

    it("cancel a reset, and every other link of the account with it", async () => {
      const core = await store.coreTokenWithoutMail(JANE)
      const token = await store.tokenFor(JANE)
      const [reset] = (await list()).password_resets
      const answer = await cancel(reset!.id)

      expect([answer.status, resetIn(answer).status]).toEqual([200, "cancelled"])
      expect((await store.check(token)).body.code).toBe("token_superseded")
      expect((await store.update(token, NEW)).status).toBe(401)
      expect((await store.check(core)).status).toBe(401)
      const again = await cancel(reset!.id)
      expect([again.status, again.body.type]).toEqual([400, "not_allowed"])
      expect((await cancel("pwres_none")).status).toBe(404)
    })

    it("cancel one whose mail is still to be tried again", async () => {
      store.inbox.refused.set(JANE, 450)
      await start({})
      await store.settled()
      await cancel((await list()).password_resets[0]!.id)
      store.inbox.refused.clear()
      await store.retry()

      expect(store.inbox.mails).toEqual([])
    })

    it("are no strangers: without a session or a key it is 401", async () => {
      for (const headers of [{}, { authorization: "Bearer x.y.z" }]) {
        expect((await start({}, headers as never)).status).toBe(401)
        expect((await store.get("/admin/password-resets", headers as never)).status).toBe(401)
      }
      const { body } = await store.login(JANE, "old-password")
      const customer = { authorization: `Bearer ${body.token}` }
      expect((await start({}, customer)).status).toBe(401)
    })

    describe("with `admin.returnToken`", () => {
      it("hand the token to a secret key, once, and mail nothing", async () => {
        const older = await store.tokenFor(JANE)
        const answer = await start({ deliver: false }, key)
        const { token, ...reset } = resetIn(answer)

        expect([answer.status, reset.status]).toEqual([201, "issued"])
        expect(reset).toMatchObject({ started_by: `api-key:${keyId}` })
        expect((await store.check(older)).body.code).toBe("token_superseded")
        expect((await retrieve(reset.id)).token).toBeUndefined()
        expect((await store.update(token!, NEW)).status).toBe(200)
        await until(() => store.inbox.mails.length === 2, "the notice")
        expect(store.inbox.mails[1]!.text).not.toContain("token=")
      })

      it("hand out one that works, however many are asked for at once", async () => {
        for (let round = 0; round < 5; round++) {
          const answers = await Promise.all(times(8, () => start({ deliver: false }, key)))
          const tokens = answers.map((answer) => resetIn(answer).token!)
          const checks = await Promise.all(tokens.map((token) => store.check(token)))
          const statuses = checks.map(({ status }) => status).sort()
          expect(statuses).toEqual([200, ...times(7, () => 401)])
        }
      })

      it("outdo with it what was asked for before", async () => {
        const { resetRepository } = store.container().resolve(PASSWORD_RESET_MODULE)
        const before = { identifier: " Jane@Shop.example", actor_type: "customer", metadata: {} }
        let [id, token] = ["", ""]
        await store.asOtherWorker(async () => {
          id = (await resetRepository.accept(before)).id
          token = resetIn(await start({ deliver: false }, key)).token!
        })
        await store.settled()

        expect((await retrieve(id)).status).toBe("superseded")
        expect((await store.check(token)).status).toBe(200)
        expect(store.inbox.mails).toHaveLength(0)
      })

      it("outdo nobody else's, though the addresses differ by nothing but case", async () => {
        const { resetRepository } = store.container().resolve(PASSWORD_RESET_MODULE)
        await store.storeAccount("Jane@Shop.example", { customer_id: "cus_other" })
        const { id } = await resetRepository.accept({
          identifier: JANE,
          actor_type: "customer",
          metadata: {},
        })
        await start({ deliver: false, identifier: "Jane@Shop.example" }, key)
        await store.sql(`UPDATE password_reset SET due_at = now() WHERE status = 'accepted'`)
        await sweepPasswordResets(store.container())
        await store.settled()

        expect((await retrieve(id)).status).toBe("sent")
      })

      it.each(["user", "vendor"])(
        "have handed out no key to what becomes a %s's account",
        async (actor) => {
          const { token } = resetIn(await start({ deliver: false }, key))
          const [identity] = await store.sql<{ id: string }>(
            `UPDATE auth_identity SET app_metadata = app_metadata || '{"${actor}_id": "id_1"}'
            WHERE id = (SELECT auth_identity_id FROM provider_identity WHERE entity_id = ?)
            RETURNING id`,
            [JANE],
          )

          expect(identity).toBeDefined()
          expect((await store.check(token!)).body.code).toBe("token_superseded")
          const { status, body } = await store.update(token!, NEW)
          expect([status, body.code]).toEqual([401, "token_superseded"])
          expect((await store.login(JANE, "old-password")).status).toBe(200)
          expect((await start({ deliver: false, actor_type: "customer" }, key)).status).toBe(403)
        },
      )

      it("keep nobody from a mail of their own with it", async () => {
        const { token } = resetIn(await start({ deliver: false }, key))
        const own = await store.tokenFor(JANE)

        expect((await store.check(own)).status).toBe(200)
        expect((await store.check(token!)).body.code).toBe("token_superseded")
      })

      it("hand it neither to staff, nor for an account that is a user's", async () => {
        for (const [body, headers] of [
          [{ deliver: false }, boss],
          [{ deliver: false, identifier: BOSS }, key],
        ] as const) {
          const answer = await start(body, headers)
          expect([answer.status, answer.body.type]).toEqual([403, "forbidden"])
        }
        expect((await list()).count).toBe(0)
      })
    })

    it("cancel a token of Medusa's own, whose mail has failed", async () => {
      await store.post(`/admin/users/${bossId}/reset-password`, undefined, boss)
      const [mail] = await store.inbox.mailsFor(BOSS)
      const { token } = linkIn(mail!)
      await store.settled()
      await store.sql(`UPDATE password_reset SET status = 'failed'`)
      expect((await store.check(token, "user")).status).toBe(200)
      const [{ id }] = (await list()).password_resets as [Reset]
      const answer = await cancel(id)

      expect([answer.status, resetIn(answer).status]).toEqual([200, "cancelled"])
      expect(answer.headers.get("cache-control")).toBe("no-store")
      expect((await store.check(token, "user")).status).toBe(401)
      expect((resetIn(answer).trail as object[])[0]).toMatchObject({ by: "medusa" })
    })

    it("cancel nothing by a reset that failed long ago", async () => {
      await store.post(`/admin/users/${bossId}/reset-password`, undefined, boss)
      await store.inbox.mailsFor(BOSS)
      await store.settled()
      const [{ id }] = (await list()).password_resets as [Reset]
      await store.sql(
        `UPDATE password_reset SET status = 'failed', expires_at = now() - interval '1 day'`,
      )
      const token = await store.tokenFor(BOSS, "user")
      const answer = await cancel(id)

      expect([answer.status, answer.body.type]).toEqual([400, "not_allowed"])
      expect((await store.check(token, "user")).status).toBe(200)
    })

    it("need not say whose page the link leads to", async () => {
      await store.storeAccount("joe@shop.example", {
        vendor_id: "ven_1",
        stripe_id: "x",
        customer_id: "cus_1",
      })
      const answer = await start({ identifier: "joe@shop.example" })

      expect(resetIn(answer)).toMatchObject({ actor_type: "customer" })
      await store.settled()
      expect((await retrieve(resetIn(answer).id)).status).toBe("sent")
    })

    it("are answered field by field", async () => {
      const asked = { reference: "r", reference_origin: "o", metadata: { locale: "fr" } }
      const answer = await start(asked)
      const { id } = resetIn(answer)
      await store.settled()
      const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      const [{ auth_identity_id, actor_id } = {}] = (await store.resets()) as Partial<Reset>[]
      const accepted = {
        ...asked,
        id,
        status: "accepted",
        actor_type: "customer",
        actor_id: null,
        identifier: JANE,
        entity_id: null,
        auth_identity_id: null,
        origin: "plugin",
        mail: null,
        locale: "fr",
        started_by: `user:${bossId}`,
        dialect: null,
        attempts: 0,
        failure_reason: null,
        expires_at: null,
        issued_at: null,
        sent_at: null,
        checked_at: null,
        completed_at: null,
        cancelled_at: null,
        created_at: time,
        updated_at: time,
      }
      const trail = [{ event: "accepted", at: time, by: `user:${bossId}` }]
      const sent = {
        ...accepted,
        status: "sent",
        actor_id,
        entity_id: JANE,
        auth_identity_id,
        mail: "reset",
        attempts: 1,
        expires_at: time,
        issued_at: time,
        sent_at: time,
      }
      const happened = [...trail, { event: "issued", at: time }, { event: "sent", at: time }]

      expect(answer.body).toEqual({ password_reset: { ...accepted, trail } })
      expect(await retrieve(id)).toEqual({ ...sent, trail: happened })
      expect(await list()).toEqual({ password_resets: [sent], count: 1, offset: 0, limit: 20 })
      expect((await cancel(id)).body).toEqual({
        password_reset: {
          ...sent,
          status: "cancelled",
          cancelled_at: time,
          trail: [...happened, { event: "cancelled", at: time }],
        },
      })
    })

    it("start a user's reset by Medusa's own route, and never hold the key, with `hideUserToken`", async () => {
      const answer = await store.post(`/admin/users/${bossId}/reset-password`, undefined, boss)

      expect([answer.status, answer.body]).toEqual([
        403,
        { type: "not_allowed", message: expect.stringContaining("by email alone") },
      ])
      const [mail] = await store.inbox.mailsFor(BOSS)
      expect((await store.check(linkIn(mail!).token, "user")).status).toBe(200)
      await store.settled()
    })
  },
  ({ modules }) => {
    const { options } = modules.passwordReset!
    options.admin = { returnToken: true, hideUserToken: true }
    options.throttle.spacing = 60
  },
)
