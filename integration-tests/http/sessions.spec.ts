import { createHmac } from "node:crypto"
import Medusa from "@medusajs/js-sdk"
import { getAuthContextFromJwtToken, type MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import {
  createCustomerAccountWorkflow,
  createUserAccountWorkflow,
} from "@medusajs/medusa/core-flows"
import { dropEndedSessions } from "../../src/api/guards/drop-ended-sessions"
import purgePasswordResets from "../../src/jobs/purge-password-resets"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { until } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const bearer = (token: unknown) => ({ authorization: `Bearer ${token}` })

/** The code of an authenticator app (RFC 6238), `steps` of 30 seconds from now. */
function totp(secret: string, steps = 0): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
  const bits = [...secret.replace(/=+$/, "")]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"))
    .join("")
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const hmac = createHmac("sha1", key).update(counter).digest()
  const offset = hmac.at(-1)! & 0xf
  return String((hmac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0")
}

/** Measures the mean time of a call. */
async function microseconds(call: () => unknown, calls = 2_000): Promise<number> {
  for (let warmUp = 0; warmUp < calls; warmUp++) {
    await call()
  }
  const start = performance.now()
  for (let count = 0; count < calls; count++) {
    await call()
  }
  return ((performance.now() - start) / calls) * 1000
}

withStore(
  "sessions",
  (store) => {
    let publishable: Record<string, string>

    beforeEach(async () => {
      publishable = await store.publishableKey()
    })

    /** Makes somebody with an account and an actor, whose sessions are therefore valid. */
    const person = async (actor: "customer" | "user" = "customer", email = JANE) => {
      await store.register(email, "old-password", actor)
      const [identity] = await store
        .container()
        .resolve(Modules.AUTH)
        .listAuthIdentities({ provider_identities: { entity_id: email } })
      const authIdentityId = identity!.id
      if (actor === "user") {
        await createUserAccountWorkflow(store.container()).run({
          input: { authIdentityId, userData: { email, first_name: "Jane", last_name: "Doe" } },
        })
      } else {
        await createCustomerAccountWorkflow(store.container()).run({
          input: { authIdentityId, customerData: { email } },
        })
      }
      return authIdentityId
    }
    const signIn = async (password = "old-password", actor = "customer", email = JANE) =>
      (await store.login(email, password, actor)).body.token as string
    const me = (headers: Record<string, string>) =>
      store.get("/store/customers/me", { ...publishable, ...headers })
    const adminMe = (headers: Record<string, string>) => store.get("/admin/users/me", headers)
    const refresh = (headers: Record<string, string>) =>
      store.post("/auth/token/refresh", undefined, headers)
    const reset = async (password = "new-password", actor = "customer") => {
      const { status } = await store.update(await store.tokenFor(JANE, actor), { password }, actor)
      expect(status).toBe(200)
    }
    /** Opens a cookie session, as the admin does. */
    const cookieFor = async (token: string) => {
      const { status, headers } = await store.post("/auth/session", undefined, bearer(token))
      expect(status).toBe(200)
      return { cookie: headers.getSetCookie()[0]!.split(";")[0]! }
    }

    it("of a customer end with a reset: JWT, cookie, and what could be traded for a new one", async () => {
      await person()
      const token = await signIn()
      const cookie = await cookieFor(token)
      expect((await me(bearer(token))).status).toBe(200)
      expect((await me(cookie)).status).toBe(200)

      await reset()

      expect((await me(bearer(token))).status).toBe(401)
      expect((await me(cookie)).status).toBe(401)
      expect((await refresh(bearer(token))).status).toBe(401)
      expect((await refresh(cookie)).status).toBe(401)
      expect((await store.post("/auth/session", undefined, bearer(token))).status).toBe(401)
      expect((await store.get("/auth/mfa/factors", bearer(token))).status).toBe(401)
    })

    it("of a user end with a reset: JWT, cookie, in the whole admin", async () => {
      await person("user")
      const token = await signIn("old-password", "user")
      const cookie = await cookieFor(token)
      expect((await adminMe(bearer(token))).status).toBe(200)
      expect((await adminMe(cookie)).status).toBe(200)

      await reset("new-password", "user")

      for (const headers of [bearer(token), cookie]) {
        expect((await adminMe(headers)).status).toBe(401)
        expect((await store.get("/admin/products", headers)).status).toBe(401)
        expect((await store.get("/ADMIN/products/", headers)).status).toBe(401)
      }
      const fresh = await signIn("new-password", "user")
      expect((await adminMe(bearer(fresh))).status).toBe(200)
      // An old cookie does not get in the way of a new token.
      expect((await adminMe({ ...bearer(fresh), ...cookie })).status).toBe(200)
    })

    it.each([["auth0|5f7c8ec7c33c6c004bbafe82"], ["user:jane"], ["x".repeat(200)]])(
      "of an account with an id as another provider writes it end, too: %.30s",
      async (id) => {
        await person()
        await store.sql(
          `UPDATE auth_identity SET id = ?
            WHERE id = (SELECT auth_identity_id FROM provider_identity WHERE entity_id = ?)`,
          [id, JANE],
        )
        const token = await signIn()
        expect((await me(bearer(token))).status).toBe(200)

        await reset()

        expect((await me(bearer(token))).status).toBe(401)
        expect((await refresh(bearer(token))).status).toBe(401)
        expect((await me(bearer(await signIn("new-password")))).status).toBe(200)
      },
    )

    it("begin anew right after the reset, in the same second", async () => {
      await person()
      await signIn()
      await reset()

      const fresh = await signIn("new-password")

      expect((await me(bearer(fresh))).status).toBe(200)
      expect((await me(await cookieFor(fresh))).status).toBe(200)
      expect((await refresh(bearer(fresh))).status).toBe(200)
    })

    it("end again with every further reset", async () => {
      await person()
      await reset()
      const second = await signIn("new-password")
      await reset("newer-password")

      expect((await me(bearer(second))).status).toBe(401)
      expect((await me(bearer(await signIn("newer-password")))).status).toBe(200)
    })

    it("of others go on", async () => {
      await person()
      await person("customer", "john@shop.example")
      const john = await signIn("old-password", "customer", "john@shop.example")
      await reset()

      expect((await me(bearer(john))).status).toBe(200)
    })

    it("that have ended disturb no public route, no login and no reset, with the SDK as it is", async () => {
      await person()
      const sdk = new Medusa({
        baseUrl: store.url,
        publishableKey: publishable["x-publishable-api-key"],
        auth: { type: "jwt", jwtTokenStorageMethod: "memory" },
      })
      const credentials = (password: string) => ({ email: JANE, password })
      await sdk.auth.login("customer", "emailpass", credentials("old-password"))
      await sdk.store.customer.retrieve()

      await reset()

      await expect(sdk.store.customer.retrieve()).rejects.toMatchObject({ status: 401 })
      // The SDK goes on sending its old JWT.
      await expect(sdk.store.region.list()).resolves.toMatchObject({ regions: [] })
      await sdk.auth.resetPassword("customer", "emailpass", { identifier: JANE })
      await sdk.auth.register("customer", "emailpass", {
        email: "joan@shop.example",
        password: "some-password",
      })
      await sdk.client.setToken(await signIn("new-password"))
      await reset("newer-password")
      await sdk.auth.login("customer", "emailpass", credentials("newer-password"))
      await expect(sdk.store.customer.retrieve()).resolves.toMatchObject({
        customer: { email: JANE },
      })
    })

    it("stay ended across a restart: the database knows", async () => {
      await person()
      const token = await signIn()
      await reset()
      const { sessions } = store.container().resolve(PASSWORD_RESET_MODULE)
      const asAfterRestart = sessions as unknown as {
        cutoffs: Map<string, unknown>
        horizon: string
        freshUntil: number
      }
      Object.assign(asAfterRestart, { horizon: "0", freshUntil: 0 })
      asAfterRestart.cutoffs.clear()

      // Until the list is loaded, the database is asked.
      expect((await me(bearer(token))).status).toBe(401)
      await sessions!.refresh()
      expect(asAfterRestart.cutoffs.size).toBe(1)
      expect((await me(bearer(token))).status).toBe(401)
    })

    it("end that another instance has ended: at once where they are traded, soon elsewhere", async () => {
      const id = await person()
      const token = await signIn()
      // Another instance writes this. This one learns of it from the database.
      await store.sql(
        `INSERT INTO password_reset_cutoff VALUES (?, 1, now(), pg_current_xact_id()::text::bigint)`,
        [id],
      )

      expect((await refresh(bearer(token))).status).toBe(401)
      expect((await store.post("/auth/session", undefined, bearer(token))).status).toBe(401)
      await until(async () => (await me(bearer(token))).status === 401, "the list")
    })

    it("are asked of the database while the list can't be kept", async () => {
      const id = await person()
      const token = await signIn()
      const { sessions } = store.container().resolve(PASSWORD_RESET_MODULE)
      const refreshing = jest.spyOn(sessions!, "refresh").mockRejectedValue(new Error("away"))
      try {
        await store.sql(
          `INSERT INTO password_reset_cutoff VALUES (?, 1, now(), pg_current_xact_id()::text::bigint)`,
          [id],
        )
        Object.assign(sessions!, { freshUntil: 0 })

        expect((await me(bearer(token))).status).toBe(401)
      } finally {
        refreshing.mockRestore()
      }
    })

    it("cost an ordinary request no query", async () => {
      await person()
      await reset()
      const token = await signIn("new-password")
      const { sessions } = store.container().resolve(PASSWORD_RESET_MODULE)
      await sessions!.refresh()
      const asked = jest.spyOn(sessions!, "hasEnded")

      expect((await me(bearer(token))).status).toBe(200)
      expect((await store.get("/store/regions", { ...publishable, ...bearer(token) })).status).toBe(
        200,
      )
      expect(asked).not.toHaveBeenCalled()
      asked.mockRestore()
    })

    it("cost an ordinary request less than Medusa's own look at its JWT, 10 000 being cut off", async () => {
      await person()
      const token = await signIn()
      const container = store.container()
      const { sessions } = container.resolve(PASSWORD_RESET_MODULE)
      for (let index = 0; index < 10_000; index++) {
        sessions!.add(`authid_${index}`, 1)
      }
      await sessions!.refresh()
      const headers = bearer(token)
      const request = { scope: container, headers, path: "/store/products", session: {} }
      const next = () => undefined
      const ours = await microseconds(() =>
        dropEndedSessions(request as never, {} as MedusaResponse, next),
      )
      const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
      const core = await microseconds(() =>
        getAuthContextFromJwtToken(
          headers.authorization,
          http.jwtSecret!,
          ["bearer"],
          ["customer"],
        ),
      )
      process.stdout.write(
        `ended sessions: ${ours.toFixed(1)} µs a request; Medusa's look at a JWT: ${core.toFixed(1)} µs\n`,
      )

      expect(ours).toBeLessThan(core)
    })

    it("don't survive by a refresh that races the reset", async () => {
      await person()
      const token = await signIn()
      const auth = store.container().resolve(Modules.AUTH)
      const retrieve = auth.retrieveAuthIdentity.bind(auth)
      // The reset happens after Medusa has checked the old JWT and before it reads the account.
      const between = jest
        .spyOn(auth, "retrieveAuthIdentity")
        .mockImplementationOnce(async (...args) => {
          await reset()
          return retrieve(...args)
        })

      const answer = await refresh(bearer(token))

      expect(between).toHaveBeenCalled()
      between.mockRestore()
      expect([answer.status, answer.body]).toEqual([401, { message: "Unauthorized" }])
    })

    it("don't survive by a login with the old password that races the reset", async () => {
      await person()
      const link = await store.tokenFor(JANE)
      const { authIdentityService_: service } = store
        .container()
        .resolve(Modules.AUTH) as unknown as {
        authIdentityService_: { list(...args: unknown[]): Promise<unknown[]> }
      }
      const list = service.list.bind(service)
      // The reset happens after the old password was verified and before the account is read.
      const between = jest.spyOn(service, "list").mockImplementationOnce(async (...args) => {
        expect((await store.update(link, { password: "new-password" })).status).toBe(200)
        return list(...args)
      })

      const login = await store.login(JANE, "old-password")

      expect(between).toHaveBeenCalled()
      between.mockRestore()
      expect([login.status, login.body.message]).toEqual([401, "Invalid email or password"])
    })

    it("are not opened by a login that races the account's end, and the answer names no address", async () => {
      const id = await person()
      const auth = store.container().resolve(Modules.AUTH) as unknown as {
        authIdentityService_: { list(...args: unknown[]): Promise<unknown[]> }
      }
      const list = auth.authIdentityService_.list.bind(auth.authIdentityService_)
      const between = jest
        .spyOn(auth.authIdentityService_, "list")
        .mockImplementationOnce(async (...args) => {
          await store.sql("DELETE FROM auth_identity WHERE id = ?", [id])
          return list(...args)
        })
      const logger = store.container().resolve(ContainerRegistrationKeys.LOGGER)
      const logs = (["debug", "info", "warn", "error"] as const).map((level) =>
        jest.spyOn(logger, level).mockImplementation(() => undefined as never),
      )

      const login = await store.login(JANE, "old-password")
      const lines = logs.flatMap(({ mock }) => mock.calls.map((line) => JSON.stringify(line)))
      logs.forEach((log) => log.mockRestore())

      expect(between).toHaveBeenCalled()
      between.mockRestore()
      expect([login.status, login.body.message]).toEqual([401, "Invalid email or password"])
      expect(lines.filter((line) => line.includes(JANE))).toEqual([])
    })

    it("live again by a login where somebody has overwritten the account's app_metadata", async () => {
      const id = await person()
      await reset()
      const [identity] = await store
        .container()
        .resolve(Modules.AUTH)
        .listAuthIdentities({ id: [id] })
      const { customer_id } = identity!.app_metadata as { customer_id: string }
      await store
        .container()
        .resolve(Modules.AUTH)
        .updateAuthIdentities({ id, app_metadata: { customer_id } })

      const token = await signIn("new-password")

      expect((await me(bearer(token))).status).toBe(200)
    })

    it("are cut off whatever somebody has written where the generation stands", async () => {
      const id = await person()
      const token = await signIn()
      for (const generation of ["1.5", "1e30", "-3", '"xyz"', "false"]) {
        await store.sql(
          `UPDATE auth_identity SET app_metadata = app_metadata || ?::jsonb WHERE id = ?`,
          [`{"password_generation": ${generation}}`, id],
        )
        await reset(`new-password${generation.length}`)
      }

      expect((await me(bearer(token))).status).toBe(401)
    })

    it("leave no identity behind for longer than an hour when Medusa removes the account", async () => {
      const id = await person("user")
      await person("user", "other@shop.example")
      const admin = bearer(await signIn("old-password", "user", "other@shop.example"))
      await reset("new-password", "user")
      const auth = store.container().resolve(Modules.AUTH)
      const [identity] = await auth.listAuthIdentities({ id: [id] })
      const { user_id } = identity!.app_metadata as { user_id: string }

      const removal = await store.request("DELETE", `/admin/users/${user_id}`, undefined, admin)

      expect(removal.status).toBe(200)
      const register = () =>
        store.post("/auth/user/emailpass/register", { email: JANE, password: "another-password" })
      expect((await register()).status).toBe(401) // Medusa has kept it, for its generation's sake.

      await purgePasswordResets(store.container())

      expect(await auth.listAuthIdentities({ id: [id] })).toEqual([])
      expect((await register()).status).toBe(200)
      expect((await adminMe(admin)).status).toBe(200)
    })

    it("of an account without an actor don't keep it from being registered again", async () => {
      await store.register(JANE, "old-password")
      await reset()

      await store.register(JANE, "new-password")
      const again = await store.post("/auth/customer/emailpass/register", {
        email: JANE,
        password: "another-password",
      })
      expect([again.status, again.body.message]).toEqual([
        401,
        "Identity with email already exists",
      ])
    })

    it("need the second factor after a reset as before, and none is skipped by it", async () => {
      await person()
      const { body: enrolled } = await store.post(
        "/auth/mfa/factors",
        { provider: "totp" },
        bearer(await signIn()),
      )
      const { mfa_factor, secret } = enrolled as { mfa_factor: { id: string }; secret: string }
      const enabled = await store.post(
        `/auth/mfa/factors/${mfa_factor.id}/verify`,
        { code: totp(secret) },
        bearer(await signIn()),
      )
      expect(enabled.status).toBe(200)
      const verify = (login: Record<string, unknown>) =>
        store.post(
          `/auth/mfa/challenges/${(login.mfa_challenge as { id: string }).id}/verify`,
          { method: "totp", code: totp(secret, 1) },
          bearer(login.token),
        )
      const before = (await store.login(JANE, "old-password")).body
      expect(before.mfa_required).toBe(true)

      await reset()

      // A challenge from before the reset cannot be completed after it.
      expect((await verify(before)).status).toBe(401)
      const after = (await store.login(JANE, "new-password")).body
      expect(after.mfa_required).toBe(true)
      expect((await me(bearer(after.token))).status).toBe(401)
      const verified = await verify(after)
      expect(verified.status).toBe(200)
      expect((await me(bearer(verified.body.token))).status).toBe(200)
    })

    describe("after a change of the password", () => {
      const change = (headers: Record<string, string>, body: object) =>
        store.post("/store/customers/me/password", body, { ...publishable, ...headers })
      const BODY = { old_password: "old-password", password: "new-password" }

      it("end, this one as well, and the links, too", async () => {
        await person()
        const token = await signIn()
        const other = await signIn()
        const link = await store.tokenFor(JANE)

        const answer = await change(bearer(token), BODY)

        expect([answer.status, answer.body]).toEqual([200, { success: true }])
        expect(answer.headers.get("cache-control")).toBe("no-store")
        expect((await me(bearer(token))).status).toBe(401)
        expect((await me(bearer(other))).status).toBe(401)
        expect((await store.check(link)).body.code).toBe("token_superseded")
        expect((await me(bearer(await signIn("new-password")))).status).toBe(200)
        expect((await store.login(JANE, "old-password")).status).toBe(401)
      })

      it("end but for the one that asks to be kept: a JWT by a new one", async () => {
        await person()
        const token = await signIn()
        const other = await signIn()

        const { body } = await change(bearer(token), { ...BODY, keep_session: true })

        expect((await me(bearer(body.token))).status).toBe(200)
        expect((await me(bearer(token))).status).toBe(401)
        expect((await me(bearer(other))).status).toBe(401)
      })

      it("end but for the one that asks to be kept: a cookie by a new one", async () => {
        await person("user")
        const cookie = await cookieFor(await signIn("old-password", "user"))
        const other = await cookieFor(await signIn("old-password", "user"))
        const busy = Array.from({ length: 5 }, () => adminMe(cookie))

        const { status, body, headers } = await store.post(
          "/admin/users/me/password",
          { ...BODY, keep_session: true },
          cookie,
        )
        await Promise.all(busy)

        expect([status, body]).toEqual([200, { success: true }])
        const kept = { cookie: headers.getSetCookie()[0]!.split(";")[0]! }
        expect((await adminMe(kept)).status).toBe(200)
        expect((await adminMe(cookie)).status).toBe(401)
        expect((await adminMe(other)).status).toBe(401)
      })

      it("keep nobody in whom Medusa has removed", async () => {
        const id = await person("user")
        const token = await signIn("old-password", "user")
        // The identity is kept, because another actor belongs to it.
        await store
          .container()
          .resolve(Modules.AUTH)
          .updateAuthIdentities({ id, app_metadata: { user_id: null, vendor_id: "ven_1" } })

        const { status } = await store.post(
          "/admin/users/me/password",
          { ...BODY, keep_session: true },
          bearer(token),
        )

        expect(status).toBe(401)
        expect((await store.login(JANE, "old-password")).status).toBe(200)
      })

      it("and the answer do not depend on the event bus", async () => {
        await person()
        const token = await signIn()
        const emit = jest
          .spyOn(store.container().resolve(Modules.EVENT_BUS), "emit")
          .mockRejectedValue(new Error("away"))

        const answer = await change(bearer(token), BODY)

        emit.mockRestore()
        expect([answer.status, answer.body]).toEqual([200, { success: true }])
      })

      it.each([
        ["a wrong old password", { ...BODY, old_password: "x" }, 400, "old_password_wrong"],
        ["a bad new one", { ...BODY, password: "short" }, 400, "password_rejected"],
        ["no old one", { password: "new-password" }, 400, undefined],
        ["a number", { ...BODY, password: 12345678 }, 400, undefined],
        ["an unknown field", { ...BODY, email: JANE }, 400, undefined],
      ])("go on where %s refuses it", async (_, body, status, code) => {
        await person()
        const token = await signIn()

        const answer = await change(bearer(token), body)

        expect([answer.status, answer.body.code]).toEqual([status, code])
        expect((await me(bearer(token))).status).toBe(200)
        expect((await store.login(JANE, "old-password")).status).toBe(200)
      })

      it("are needed for it", async () => {
        await person()

        expect((await change({}, BODY)).status).toBe(401)
        expect((await store.post("/admin/users/me/password", BODY)).status).toBe(401)
        const link = await store.tokenFor(JANE)
        expect((await change(bearer(link), BODY)).status).toBe(401)
      })

      it("belong to one winner of several changes at once", async () => {
        await person()
        const token = await signIn()

        const answers = await Promise.all(
          Array.from({ length: 5 }, (_, index) =>
            change(bearer(token), { ...BODY, password: `new-password-${index}` }),
          ),
        )

        const winners = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []))
        expect(winners).toHaveLength(1)
        expect((await store.login(JANE, `new-password-${winners[0]}`)).status).toBe(200)
      })

      it("tell by an event what has happened", async () => {
        await person()
        const bus = store.container().resolve(Modules.EVENT_BUS)
        const events: unknown[] = []
        const take = async ({ data }: { data: unknown }) => {
          events.push(data)
        }
        bus.subscribe("auth.password_changed", take)
        await change(bearer(await signIn()), BODY)
        await until(() => events.length > 0, "the event")
        bus.unsubscribe("auth.password_changed", take)

        expect(events).toEqual([
          {
            auth_identity_id: expect.any(String),
            entity_id: JANE,
            actor_type: "customer",
            reason: "change",
          },
        ])
      })
    })
  },
  ({ modules }) => {
    Object.assign(modules.auth!.options, {
      mfa: { encryption_key: "a-key-of-the-tests-32-bytes-long" },
    })
  },
)
