import { Modules } from "@medusajs/framework/utils"
import { linkIn } from "../inbox"
import scriptedProvider, { scripted } from "../providers/scripted"
import { withStore } from "../store"

const JANE = "jane@shop.example"

withStore(
  "the smtp provider on a channel of its own",
  (store) => {
    it("sends the plugin's mails, and leaves the store's templates to the provider for emails", async () => {
      scripted.mails.length = 0
      await store.register(JANE, "old-password")
      const { token } = linkIn(await store.mailFor(JANE))
      await store
        .container()
        .resolve(Modules.NOTIFICATION)
        .createNotifications({
          to: JANE,
          channel: "email",
          template: "order-placed",
          data: { order: 1 },
        })

      expect((await store.check(token)).status).toBe(200)
      expect(scripted.mails.map(({ template }) => template)).toEqual(["order-placed"])
      expect(store.inbox.mails).toHaveLength(1)
    })
  },
  ({ modules }) => {
    const { providers } = modules[Modules.NOTIFICATION]!.options as unknown as {
      providers: { id: string; resolve: unknown; options: { channels: string[] } }[]
    }
    const smtp = providers.find(({ options }) => options.channels.includes("email"))!
    smtp.options.channels = ["password-email"]
    providers.push({ resolve: scriptedProvider, id: "scripted", options: { channels: ["email"] } })
    Object.assign(modules.passwordReset!.options, { email: { channel: "password-email" } })
  },
)
