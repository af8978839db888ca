import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { Mail, MailLook } from "../../src/emails"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const seen: { mail: Mail; look: MailLook }[] = []
let fails = false

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
      fails = true
      await store.requestReset(JANE)
      await store.settled()
      expect(await store.resets()).toMatchObject([
        { status: "issued", failure_reason: "no words for <address>" },
      ])
      fails = false
      await store.retry()
      expect(await store.resets()).toMatchObject([{ status: "sent" }])
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.email = {
      timeZone: "Europe/Vienna",
      branding: { storeName: "Jane's" },
      render: async (mail: Mail, look: MailLook) => {
        if (fails) {
          throw new Error(`no words for ${mail.address}`)
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
