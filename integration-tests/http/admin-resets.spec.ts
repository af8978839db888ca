import { Modules } from "@medusajs/framework/utils"
import { createApiKeysWorkflow, createUserAccountWorkflow } from "@medusajs/medusa/core-flows"
import { linkIn, until } from "../inbox"
import { type Answer, withStore } from "../store"

const JANE = "jane@shop.example"
const BOSS = "boss@shop.example"
const NEW = { password: "new-password-1" }

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
      const [identity] = await store
        .container()
        .resolve(Modules.AUTH)
        .listAuthIdentities({ provider_identities: { entity_id: BOSS } })
      const { result: user } = await createUserAccountWorkflow(store.container()).run({
        input: { authIdentityId: identity!.id, userData: { email: BOSS } },
      })
      bossId = user.id
      const { body } = await store.login(BOSS, "old-password", "user")
      boss = { authorization: `Bearer ${body.token}` }
      const { result } = await createApiKeysWorkflow(store.container()).run({
        input: { api_keys: [{ title: "Back end", type: "secret", created_by: bossId }] },
      })
      keyId = result[0]!.id
      key = { authorization: `Basic ${Buffer.from(`${result[0]!.token}:`).toString("base64")}` }
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

    it("start a user's reset by Medusa's own route, and never hold the key, with `hideUserToken`", async () => {
      const answer = await store.post(`/admin/users/${bossId}/reset-password`, undefined, boss)

      expect([answer.status, answer.body]).toEqual([200, {}])
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
