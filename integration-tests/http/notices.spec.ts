import { Modules } from "@medusajs/framework/utils"
import { removeCustomerAccountWorkflow } from "@medusajs/medusa/core-flows"
import sweepPasswordResets from "../../src/jobs/sweep-password-resets"
import { linkIn, until } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"

withStore(
  "that a password was changed",
  (store) => {
    const noticeFor = async (address: string) => {
      const told = () => store.inbox.mails.filter(({ recipients }) => recipients.includes(address))
      await until(
        () => told().some(({ text }) => !text?.includes("token=")),
        `a notice for ${address}`,
      )
      await store.settled()
      return told().findLast(({ text }) => !text?.includes("token="))!
    }

    beforeEach(() => store.register(JANE, "old-password"))

    it("is told to its owner after a reset: when, and from where", async () => {
      const token = await store.tokenFor(JANE)
      await store.post(
        "/auth/customer/emailpass/update",
        { password: "new-password" },
        {
          authorization: `Bearer ${token}`,
          "user-agent": FIREFOX,
          "x-forwarded-for": "203.0.113.7",
          "accept-language": "de-AT,en;q=0.5",
        },
      )
      const { subject, text } = await noticeFor(JANE)

      expect(subject).toMatch(/Passwort/)
      expect(text).toContain("Firefox")
      expect(text).toContain("Windows")
      expect(text).toContain("203.0.113.7")
      expect(text).toContain(String(new Date().getUTCFullYear()))
      expect(text).toContain("https://shop.example/forgot")
      expect(text).toContain("help@shop.example")
      expect(text).not.toContain("new-password")
      expect(await store.notices()).toMatchObject([
        { status: "sent", reason: "reset", entity_id: JANE, locale: "de-AT" },
      ])
    })

    it("is told after a change by somebody signed in, and by the store's own code", async () => {
      const customer = await store.becomeCustomer(JANE)
      const session = (await store.login(JANE, "old-password")).body.token
      const changed = await store.post(
        "/store/customers/me/password",
        { old_password: "old-password", password: "new-password" },
        { authorization: `Bearer ${session}`, ...(await store.publishableKey()) },
      )
      expect(changed.status).toBe(200)
      await noticeFor(JANE)
      await store
        .container()
        .resolve(Modules.AUTH)
        .updateProvider("emailpass", { entity_id: JANE, password: "newer-password" })
      await sweepPasswordResets(store.container())
      await until(
        async () => (await store.notices()).every(({ status }) => status === "sent"),
        "both",
      )

      expect((await store.notices()).map(({ reason, actor_id }) => [reason, actor_id])).toEqual([
        ["other", customer],
        ["change", customer],
      ])
      const records = await store.container().resolve(Modules.NOTIFICATION).listNotifications({})
      expect(records).toHaveLength(2)
      expect(records).toMatchObject([{ receiver_id: customer }, { receiver_id: customer }])
    })

    it("is told although the mail server is down for a while, and the event got lost", async () => {
      const token = await store.tokenFor(JANE)
      store.inbox.refused.set(JANE, 450)
      const bus = store.container().resolve(Modules.EVENT_BUS)
      const spy = jest.spyOn(bus, "emit").mockRejectedValue(new Error("away"))
      expect((await store.update(token, { password: "new-password" })).status).toBe(200)
      spy.mockRestore()
      await sweepPasswordResets(store.container())
      await store.settled()
      expect(await store.notices()).toMatchObject([{ status: "accepted", attempts: 1 }])
      expect((await store.notices())[0]!.failure_reason).toContain("<address>")

      store.inbox.refused.clear()
      await store.retry()
      await noticeFor(JANE)
    })

    it("is not told where nothing was changed", async () => {
      const token = await store.tokenFor(JANE)
      expect((await store.update(token, { password: "1" })).status).toBe(400)
      expect((await store.update("x.y.z", { password: "new-password" })).status).toBe(401)
      await sweepPasswordResets(store.container())
      await store.settled()

      expect(await store.notices()).toEqual([])
    })

    it("counts as a user's where the account has one, if nobody says whose it is", async () => {
      await store.sql(
        `UPDATE auth_identity SET app_metadata = '{"customer_id": "cus_1", "user_id": "user_1", "vendor_id": null}'`,
      )
      await store
        .container()
        .resolve(Modules.AUTH)
        .updateProvider("emailpass", { entity_id: JANE, password: "newer-password" })

      expect(await store.notices()).toMatchObject([{ actor_type: "user", actor_id: "user_1" }])
      await sweepPasswordResets(store.container())
      await store.settled()
    })

    it("is forgotten, with the resets, when the account is deleted", async () => {
      await store.requestReset(JANE)
      await store.settled()
      const customer = await store.becomeCustomer(JANE)
      const { token } = linkIn(await store.mailFor(JANE))
      await store.update(token, { password: "new-password" })
      await noticeFor(JANE)
      await removeCustomerAccountWorkflow(store.container()).run({
        input: { customerId: customer },
      })

      await until(
        async () => !(await store.resets()).length && !(await store.notices()).length,
        "it",
      )
    })
  },
  ({ modules }) => {
    const { options } = modules.passwordReset!
    options.throttle.trustedProxies = 1
    options.email = {
      branding: { supportAddress: "help@shop.example" },
      pages: { forgotPassword: { customer: "https://shop.example/forgot" } },
    }
  },
)
