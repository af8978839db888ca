import { startPasswordResetWorkflow } from "../../src/workflows"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const NEW = { password: "new-password" }

withStore(
  "where addresses are to be verified",
  (store) => {
    const login = async () => (await store.login(JANE, "new-password")).body
    const verifications = () =>
      store.sql<{ entity_id: string; verified_at: Date | null }>(
        "SELECT entity_id, verified_at FROM auth_verification ORDER BY entity_id",
      )

    beforeEach(async () => {
      await store.register(JANE, "old-password")
      await store.becomeCustomer(JANE)
    })

    it("a reset by a mailed link is proof, and the login that follows asks for no other", async () => {
      const before = (await store.login(JANE, "old-password")).body
      expect(before.verification_required).toBe(true)

      await store.update(await store.tokenFor(JANE), NEW)

      const { token, ...rest } = await login()
      expect(rest).toEqual({})
      const me = await store.get("/store/customers/me", {
        ...(await store.publishableKey()),
        authorization: `Bearer ${token}`,
      })
      expect(me.status).toBe(200)
    })

    it("it verifies what was begun, and nobody else", async () => {
      const { body } = await store.login(JANE, "old-password")
      for (const entity_id of [JANE, "other@shop.example"]) {
        const begun = await store.post(
          "/auth/verification/request",
          { entity_id, entity_type: "email", code_provider: "token" },
          { authorization: `Bearer ${body.token}` },
        )
        expect(begun.status).toBe(201)
      }

      await store.update(await store.tokenFor(JANE), NEW)

      expect(await verifications()).toEqual([
        { entity_id: JANE, verified_at: expect.any(Date) },
        { entity_id: "other@shop.example", verified_at: null },
      ])
    })

    it("a second reset leaves the time of the first", async () => {
      await store.update(await store.tokenFor(JANE), NEW)
      const first = await verifications()
      await store.update(await store.tokenFor(JANE), { password: "newer-password" })

      expect(await verifications()).toEqual(first)
    })

    it.each([
      ["one of Medusa's own, which the dashboard shows", () => store.coreTokenWithoutMail(JANE)],
      [
        "one that was handed out",
        async () => {
          const { result } = await startPasswordResetWorkflow(store.container()).run({
            input: {
              identifier: JANE,
              actor_type: "customer",
              token: "handed_out",
              start: { started_by: "api-key:1" },
            },
          })
          return result.token!
        },
      ],
      [
        "one that our mail has not carried",
        async () => {
          const token = await store.tokenFor(JANE)
          await store.sql("UPDATE password_reset SET delivering_at = NULL")
          return token
        },
      ],
    ])("a token is no proof: %s", async (_, mint) => {
      expect((await store.update(await mint(), NEW)).status).toBe(200)

      expect((await login()).verification_required).toBe(true)
      expect(await verifications()).toEqual([])
    })

    it("it verifies nothing where the reset fails after that", async () => {
      const token = await store.tokenFor(JANE)
      await store.sql(
        `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN IF EXISTS (SELECT FROM auth_verification) THEN RAISE 'disk full'; END IF; RETURN NEW; END $$`,
      )
      await store.sql(
        `CREATE TRIGGER fail BEFORE INSERT ON password_notice FOR EACH ROW EXECUTE FUNCTION fail()`,
      )
      const failed = await store.update(token, NEW)
      await store.sql("DROP FUNCTION fail CASCADE")

      expect(failed.status).toBe(500) // The trigger has seen the row.
      expect(await verifications()).toEqual([])
      expect((await store.update(token, NEW)).status).toBe(200)
      expect(await verifications()).toHaveLength(1)
    })

    it("a second factor is still asked for", async () => {
      await store.sql(
        `INSERT INTO auth_mfa_factor (id, auth_identity_id, provider, status)
         SELECT 'authmfa_1', auth_identity_id, 'totp', 'enabled' FROM provider_identity WHERE entity_id = ?`,
        [JANE],
      )

      await store.update(await store.tokenFor(JANE), NEW)

      expect(await login()).toMatchObject({ mfa_required: true, mfa_challenge: expect.anything() })
    })
  },
  ({ projectConfig }) => {
    projectConfig.http.authVerificationsPerActor = {
      user: undefined as never, // As `process.env.X ? [...] : undefined` leaves it.
      customer: [{ entity_type: "email", auth_provider: "emailpass" }],
    }
  },
)
