import { Modules } from "@medusajs/framework/utils"
import { linkIn, type ReceivedMail, until } from "../inbox"
import { withStore } from "../store"

const ADDRESSES = [
  "jane+shop@shop.example",
  '"jane"@shop.example',
  "jane@bücher.example",
  "jürgen.o'neil@shop.example",
]
const STORE = `<b>Jane's</b> "Café" & 🧁\r\nBcc: eve@evil.example\u2028\u202e`

withStore(
  "mails to real people from a shop with a wild name",
  (store) => {
    const expectSafe = ({ headers, subject, html, raw, recipients }: ReceivedMail, to: string) => {
      expect(recipients).toEqual([to])
      expect(headers.filter(({ key }) => key === "bcc")).toEqual([])
      expect(subject).toContain(`<b>Jane's</b> "Café" & 🧁 Bcc: eve@evil.example`)
      expect(subject).not.toMatch(/[\r\n\u2028\u202e]/)
      expect(html).not.toContain("<b>")
      expect(html).toContain("&lt;b&gt;")
      expect(raw.split("\r\n\r\n")[0]).not.toMatch(/^Bcc:/im)
    }

    it.each(ADDRESSES)(
      "reach %s, with a link that works, and that it was used",
      async (address) => {
        await store.register(address, "old-password")
        const mail = await store.mailFor(address)

        expectSafe(mail, address)
        const { url, token } = linkIn(mail)
        const email = url.searchParams.get("email")!
        expect((await store.update(token, { password: "new-password", email })).status).toBe(200)
        await until(() => store.inbox.mails.length === 2, "the notice")
        expectSafe(store.inbox.mails[1]!, address)
        expect((await store.login(address, "new-password")).status).toBe(200)
      },
    )

    it.each(ADDRESSES)("tell %s how to sign in", async (address) => {
      await store.storeOtherSignIn(address, { provider: "<i>evil</i>", entity_id: address })
      const mail = await store.mailFor(address)

      expectSafe(mail, address)
      expect(mail.html).not.toContain("<i>")
    })

    it.each(ADDRESSES)("tell %s how to register, or that there is no account", async (address) => {
      expectSafe(await store.mailFor(address), address)
      await store.container().resolve(Modules.CUSTOMER).createCustomers({ email: address })
      await store.sql(`DELETE FROM password_reset`)
      expectSafe(await store.mailFor(address), address)
      expect((await store.resets())[0]!.mail).toBe("register")
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.email = {
      branding: { storeName: STORE },
      mails: { register: true, noAccount: true },
    }
  },
)
