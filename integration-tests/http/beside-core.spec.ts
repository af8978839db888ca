import { generateResetPasswordTokenWorkflow } from "@medusajs/medusa/core-flows"
import { Modules } from "@medusajs/framework/utils"
import { linkIn, until } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const NEW = { password: "new-password" }

withStore(
  "beside Medusa's core",
  (store) => {
    const bearer = (token: unknown) => ({ authorization: `Bearer ${token}` })

    /** Mints a token by core's own workflow, whose event reaches this plugin's subscriber. */
    const coreToken = async (entityId = JANE, actorType = "customer") => {
      const { result } = await generateResetPasswordTokenWorkflow(store.container()).run({
        input: { entityId, actorType, provider: "emailpass", secret: "a-secret-of-the-tests" },
      })
      return result as string
    }

    describe("a token that core's workflow minted", () => {
      it("is mailed, looked at and used like ours, once", async () => {
        await store.register(JANE, "old-password")

        const token = await coreToken()
        const [mail] = await store.inbox.mailsFor(JANE)
        await store.settled()

        expect(linkIn(mail!).token).toBe(token)
        expect((await store.check(token)).status).toBe(200)
        expect((await store.update(token, NEW)).status).toBe(200)
        expect((await store.update(token, NEW)).body.code).toBe("token_used")
        expect((await store.login(JANE, "new-password")).status).toBe(200)
        expect(await store.resets()).toMatchObject([{ status: "completed", origin: "core" }])
      })

      it("of an actor type without a page fails alone, and still works", async () => {
        await store.register(JANE, "old-password")
        await store.register("courier@shop.example", "old-password", "courier")

        const [customer, courier] = await Promise.all([
          coreToken(),
          coreToken("courier@shop.example", "courier"),
        ])
        const endsOf = async () =>
          (await store.resets()).map(({ status, failure_reason }) => [status, failure_reason])
        await until(
          async () => (await endsOf()).filter(([status]) => status !== "issued").length === 2,
          "the ends of both",
        )

        const ends = await endsOf()
        expect(ends).toContainEqual(["sent", null])
        expect(ends).toContainEqual(["failed", 'no resetUrl for the actor type "courier"'])
        expect((await store.update(customer, NEW)).status).toBe(200)
        expect((await store.check(courier, "courier")).status).toBe(200)
        expect((await store.update(courier, NEW, "courier")).status).toBe(200)
        expect((await store.update(courier, NEW, "courier")).body.code).toBe("token_used")
      })

      it("works where no mail was sent for it, and leaves a row behind", async () => {
        await store.register(JANE, "old-password")
        const token = await store.coreTokenWithoutMail(JANE)

        expect((await store.check(token)).status).toBe(200)
        expect((await store.update(token, NEW)).status).toBe(200)
        expect((await store.update(token, NEW)).body.code).toBe("token_used")
        expect((await store.check(token)).body.code).toBe("token_used")
        expect(await store.resets()).toMatchObject([
          { status: "completed", origin: "core", entity_id: JANE },
        ])
      })

      it("is dead once core has minted a newer one", async () => {
        await store.register(JANE, "old-password")
        const older = await coreToken()
        await store.inbox.mailsFor(JANE, 1)
        const newer = await coreToken()
        await store.inbox.mailsFor(JANE, 2)
        await store.settled()

        expect((await store.check(older)).body.code).toBe("token_superseded")
        expect((await store.update(older, NEW)).body.code).toBe("token_superseded")
        expect((await store.update(newer, NEW)).status).toBe(200)
      })

      it("ends when a newer mail of ours has been sent", async () => {
        await store.register(JANE, "old-password")
        const core = await coreToken()
        await store.inbox.mailsFor(JANE)
        await store.settled()
        const { token } = linkIn(await store.mailFor(JANE))

        expect((await store.update(core, NEW)).body.code).toBe("token_superseded")
        expect((await store.update(token, NEW)).status).toBe(200)
      })

      it("and ours end each other: a completed reset leaves no link of the account alive", async () => {
        await store.register(JANE, "old-password")
        const ours = await store.tokenFor(JANE)
        const core = await coreToken()
        await store.inbox.mailsFor(JANE, 2)
        await store.settled()

        expect((await store.update(core, NEW)).status).toBe(200)
        expect((await store.update(ours, NEW)).body.code).toBe("token_superseded")
        expect((await store.update(core, NEW)).body.code).toBe("token_used")
      })
    })

    describe("core's route for an admin who resets a user's password", () => {
      it("mints a token that our route takes, and the user gets the mail", async () => {
        const { user, admin } = await createUser(JANE, "old-password")

        const minted = await store.post(`/admin/users/${user.id}/reset-password`, {}, admin)
        const [mail] = await store.inbox.mailsFor(JANE)

        expect(minted.status).toBe(200)
        expect(linkIn(mail!).token).toBe(minted.body.token)
        expect((await store.update(minted.body.token as string, NEW, "user")).status).toBe(200)
        expect((await store.login(JANE, "new-password", "user")).status).toBe(200)
      })
    })

    describe("core's other auth routes", () => {
      it("sign in, refresh, open and end a session as ever", async () => {
        const { admin } = await createUser(JANE, "old-password")

        const refreshed = await store.post("/auth/token/refresh", {}, admin)
        const session = await store.post("/auth/session", {}, admin)
        const cookie = session.headers.get("set-cookie")!.split(";")[0]!
        const me = await store.get("/admin/users/me", { cookie })
        const ended = await store.request("DELETE", "/auth/session", undefined, { cookie })

        expect([refreshed.status, refreshed.body]).toEqual([200, { token: expect.any(String) }])
        expect([session.status, me.status, ended.status]).toEqual([200, 200, 200])
        expect((me.body.user as { email: string }).email).toBe(JANE)
      })

      it("answer a wrong password, an unknown address and a missing field in core's words", async () => {
        await store.register(JANE, "old-password")

        const wrong = await store.login(JANE, "wrong")
        const unknown = await store.login("nobody@shop.example", "wrong")
        const missing = await store.post("/auth/customer/emailpass", { email: JANE })
        const noAddress = await store.post("/auth/customer/emailpass", { password: "x" })

        expect([wrong.status, wrong.body.message]).toEqual([401, "Invalid email or password"])
        expect([unknown.status, unknown.body.message]).toEqual([401, "Invalid email or password"])
        expect([missing.status, missing.body.message]).toEqual([401, "Password should be a string"])
        expect([noAddress.status, noAddress.body.message]).toEqual([
          401,
          "Email should be a string",
        ])
      })

      it("still sign in with GET, as core does", async () => {
        await store.register(JANE, "old-password")

        const answer = await store.get("/auth/customer/emailpass")

        expect([answer.status, answer.body.message]).toEqual([401, "Password should be a string"])
      })

      it("leave no other provider's routes to us", async () => {
        const answer = await store.post("/auth/customer/github/reset-password", { identifier: "x" })
        const update = await store.post("/auth/customer/github/update", {})

        expect(answer.status).toBe(201) // core's own answer
        expect([update.status, update.body.message]).toEqual([401, "Invalid token"])
        expect(await store.resets()).toEqual([])
      })

      it("take a reset token for no session: no refresh, no session, no MFA, no account", async () => {
        await store.storeAccount(JANE, { user_id: "user_1" })
        const token = await store.tokenFor(JANE, "user")

        for (const [method, path] of [
          ["POST", "/auth/token/refresh"],
          ["POST", "/auth/session"],
          ["GET", "/auth/mfa/factors"],
          ["GET", "/admin/users/me"],
        ] as const) {
          const { status } = await store.request(method, path, undefined, bearer(token))
          expect([path, status]).toEqual([path, 401])
        }
      })
    })

    describe("the paths", () => {
      it("are ours in whatever case, with a slash at the end or an encoded actor", async () => {
        await store.register(JANE, "old-password")

        for (const path of [
          "/auth/customer/emailpass/reset-password/",
          "/auth/customer/EMAILPASS/Reset-Password",
          "/AUTH/%63ustomer/emailpass/reset-password",
        ]) {
          const { status, headers } = await store.post(path, { identifier: JANE })
          expect([path, status, headers.get("cache-control")]).toEqual([path, 201, "no-store"])
        }
        await store.settled()
        expect(await store.resets()).toHaveLength(3)
      })

      it("lead nowhere when they spell our provider in code", async () => {
        await store.register(JANE, "old-password")
        const token = await coreToken()
        await store.settled()

        for (const path of [
          "/auth/customer/%65mailpass/update",
          "/auth/customer/emailpas%73/update/",
          "/auth/customer/%65%6d%61%69%6c%70%61%73%73/reset-password",
          "/auth/customer/%65mailpass",
          "/auth/customer/%65mailpass/register",
          "/auth/customer//emailpass/update",
        ]) {
          const body = { identifier: JANE, email: JANE, ...NEW }
          const { status } = await store.post(path, body, bearer(token))
          expect([path, status]).toEqual([path, 404])
        }
        expect((await store.check(token)).status).toBe(200)
        expect(await store.resets()).toHaveLength(1)
      })
    })

    it.each([
      ["7 000 characters", "x".repeat(7000)],
      ["65 characters", "x".repeat(65)],
      ["an escape character", "customer%1B%5B31m"],
      ["a line break", "customer%0A"],
      ["a NUL", "customer%00"],
    ])("an actor type with %s is stored and repeated nowhere", async (_, actor) => {
      for (const path of ["", "/register", "/reset-password", "/update", "/password-policy"]) {
        const method = path === "/password-policy" ? "GET" : "POST"
        const response = await fetch(`${store.url}/auth/${actor}/emailpass${path}`, {
          method,
          headers: { "content-type": "application/json" },
          body:
            method === "POST" ? JSON.stringify({ identifier: JANE, email: JANE, ...NEW }) : null,
        })
        expect(response.status).toBe(404)
        expect(await response.text()).not.toMatch(/x{65}|\u001b|\\u001b/i)
      }
      expect(await store.resets()).toEqual([])
    })

    describe("authMethodsPerActor", () => {
      it("keeps an actor type off emailpass, in core's words", async () => {
        const message = "The actor type partner is not allowed to use the auth provider emailpass"

        for (const answer of [
          await store.requestReset(JANE, "partner"),
          await store.check("token", "partner"),
          await store.update("token", NEW, "partner"),
        ]) {
          expect([answer.status, answer.body]).toEqual([400, { type: "not_allowed", message }])
        }
        expect(await store.resets()).toEqual([])
      })
    })

    async function createUser(email: string, password: string) {
      const container = store.container()
      await store.register(email, password, "user")
      const user = await container.resolve(Modules.USER).createUsers({ email })
      const auth = container.resolve(Modules.AUTH)
      const [identity] = await auth.listAuthIdentities({
        provider_identities: { entity_id: email },
      })
      await auth.updateAuthIdentities({ id: identity!.id, app_metadata: { user_id: user.id } })
      const { body } = await store.login(email, password, "user")
      return { user, admin: bearer(body.token) }
    }
  },
  ({ projectConfig }) => {
    projectConfig.http.authMethodsPerActor = {
      ...projectConfig.http.authMethodsPerActor,
      partner: ["github"],
    }
  },
)
