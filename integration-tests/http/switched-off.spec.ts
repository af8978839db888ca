import { withStore } from "../store"

const ADMIN = "admin@shop.example"

withStore(
  "with `throttle: false` and `endSessions: false`",
  (store) => {
    it("nobody is slowed down, and every request gets its mail", async () => {
      await store.register(ADMIN, "old-password", "user")
      const answers = []
      for (let index = 0; index < 12; index++) {
        answers.push((await store.login(ADMIN, "wrong-password", "user")).status)
      }
      expect(new Set(answers)).toEqual(new Set([401]))
      for (let index = 0; index < 5; index++) {
        await store.tokenFor(ADMIN, "user")
      }
      expect(store.inbox.mails).toHaveLength(5)
      expect(await store.sql(`SELECT key FROM password_reset_throttle`)).toEqual([])
    })

    it("sessions outlive a reset, and a change asks for the old password only", async () => {
      await store.register(ADMIN, "old-password", "user")
      await store.becomeUser(ADMIN)
      const { token } = (await store.login(ADMIN, "old-password", "user")).body
      const session = { authorization: `Bearer ${token}` }
      await store.update(await store.tokenFor(ADMIN, "user"), { password: "new-password" }, "user")

      const change = await store.post(
        "/admin/users/me/password",
        { old_password: "new-password", password: "newer-password", keep_session: true },
        session,
      )

      expect(change.status).toBe(200)
      expect((await store.get("/admin/users/me", session)).status).toBe(200)
      const kept = { authorization: `Bearer ${change.body.token}` }
      expect((await store.get("/admin/users/me", kept)).status).toBe(200)
      expect(await store.sql(`SELECT * FROM password_reset_cutoff`)).toEqual([])
    })

    it("a session can be kept by an account whose sessions ended when they still did", async () => {
      await store.register(ADMIN, "old-password", "user")
      await store.becomeUser(ADMIN)
      await store.sql(
        `UPDATE auth_identity SET app_metadata = app_metadata || '{"password_generation": 3}'`,
      )
      const { token } = (await store.login(ADMIN, "old-password", "user")).body

      const change = await store.post(
        "/admin/users/me/password",
        { old_password: "old-password", password: "new-password", keep_session: true },
        { authorization: `Bearer ${token}` },
      )

      expect(change.body).toEqual({ success: true, token: expect.any(String) })
    })
  },
  ({ modules }) => {
    Object.assign(modules.passwordReset!.options, { throttle: false, endSessions: false })
  },
)
