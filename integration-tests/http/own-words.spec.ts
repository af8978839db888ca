import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { Mail, MailLook } from "../../src/domain/mails"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const seen: { mail: Mail; look: MailLook }[] = []
let fails: string[] = []

withStore(
  "a store that renders its mails itself, over Medusa's `notification-local`,",
  (store) => {
    beforeEach(() => store.register(JANE, "old-password"))

    it("is given all that a mail needs; the log gets no link", async () => {
      const logger = store.container().resolve(ContainerRegistrationKeys.LOGGER)
      const logged = jest.spyOn(logger, "info")
      await store.requestReset(JANE)
      await store.settled()

      const { mail, look } = seen.at(-1)!
      expect(mail).toMatchObject({ kind: "reset", address: JANE })
      expect(look).toMatchObject({ storeName: "Jane's", locale: "en", timeZone: "Europe/Vienna" })
      const token = new URL((mail as { link: string }).link).searchParams.get("token")!
      expect((await store.check(token)).status).toBe(200)
      const lines = logged.mock.calls.flat().join("\n")
      logged.mockRestore()
      expect(lines).toContain("password-reset")
      expect(lines).not.toContain(token)
    })

    it("tries a mail again that it could not render", async () => {
      await store.register("joe@shop.example", "old-password")
      fails = [JANE]
      await store.requestReset("joe@shop.example")
      await store.requestReset(JANE)
      await store.settled()
      expect(await store.resets()).toMatchObject([
        { status: "issued", failure_reason: "no words for <address>" },
        { status: "sent" },
      ])
      fails = []
      await store.retry()
      expect(await store.resets()).toMatchObject([{ status: "sent" }, { status: "sent" }])
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.email = {
      timeZone: "Europe/Vienna",
      branding: { storeName: "Jane's" },
      render: async (mail: Mail, look: MailLook) => {
        if (fails.includes(mail.address)) {
          throw `no words for ${mail.address}` // as careless code does
        }
        seen.push({ mail, look })
        return { subject: "Own words", html: "<p>Own words</p>", text: "Own words" }
      },
    }
    modules.notification!.options.providers = [
      {
        resolve: "@medusajs/medusa/notification-local",
        id: "local",
        options: { channels: ["email", "feed"] },
      },
    ]
  },
)
