import { Modules } from "@medusajs/framework/utils"
import { withStore } from "../store"

const JANE = "jane@shop.example"

withStore(
  "who asks without a password here",
  (store) => {
    const identity = (
      email: string,
      providers: string[],
      app_metadata: Record<string, unknown> = { customer_id: "cus_jane" },
    ) =>
      store
        .container()
        .resolve(Modules.AUTH)
        .createAuthIdentities({
          app_metadata,
          provider_identities: providers.map((provider, index) => ({
            provider,
            entity_id: `${provider}-${index}-${email}`,
            user_metadata: { email },
          })),
        })
    const guest = (email: string, has_account = false) =>
      store.container().resolve(Modules.CUSTOMER).createCustomers({ email, has_account })
    const ask = async (identifier: string, actor = "customer") => {
      expect(await store.requestReset(identifier, actor)).toMatchObject({
        status: 201,
        body: { text: "Created" },
      })
      await store.settled()
    }
    const states = async () => (await store.resets()).map(({ status, mail }) => [status, mail])

    it("is told which sign-in to use, and gets no token", async () => {
      await identity("Jane@shop.example", ["google", "github"])
      await ask(JANE)

      const [mail] = store.inbox.mails
      expect(mail!.recipients).toEqual(["Jane@shop.example"])
      expect(mail!.text).toMatch(/GitHub and Google|Google and GitHub/)
      expect(mail!.text).toContain("https://shop.example/login")
      expect(mail!.raw).not.toContain("token")
      expect(await store.resets()).toMatchObject([
        { status: "sent", mail: "otherSignIn", token_hash: null, actor_id: "cus_jane" },
      ])
    })

    it("gets the link alone where there is a password besides", async () => {
      await store.register(JANE, "old-password")
      await identity(JANE, ["google"])
      await ask(JANE)

      expect(store.inbox.mails).toHaveLength(1)
      expect(store.inbox.mails[0]!.text).toContain("token=")
    })

    it("is told nothing of an account of another actor, nor of a sign-up that ended nowhere", async () => {
      await identity(JANE, ["google"], { user_id: "user_jane" })
      await identity("joe@shop.example", ["google"], {})
      await ask(JANE)
      await ask("joe@shop.example")

      expect(await states()).toEqual([
        ["ignored", null],
        ["ignored", null],
      ])
      await ask(JANE, "user")
      expect((await states())[0]).toEqual(["sent", "otherSignIn"])
    })

    it("is found by the address that the provider has verified, not by what `customer.email` says", async () => {
      const { id } = await guest(JANE, true)
      await identity("eve@evil.example", ["google"], { customer_id: id })
      await ask(JANE)

      expect(await states()).toEqual([["ignored", null]])
    })

    it("is told how to register, as a guest who has ordered", async () => {
      await guest("Guest@Shop.example")
      await ask("guest@shop.example")
      expect(store.inbox.mails).toEqual([])

      await guest("guest@shop.example")
      await ask("guest@shop.example")
      const [mail] = store.inbox.mails
      expect(mail!.recipients).toEqual(["guest@shop.example"])
      expect(mail!.text).toContain("https://shop.example/register")
      expect((await states())[0]).toEqual(["sent", "register"])
    })

    it("gets such a mail once a day, however often and however spelt it is asked for", async () => {
      await identity(JANE, ["google"])
      await guest("guest@shop.example")
      for (const identifier of [JANE, "guest@shop.example"]) {
        await Promise.all([ask(identifier), ask(identifier.toUpperCase())])
        await ask(identifier)
      }
      expect(store.inbox.mails).toHaveLength(2)

      await store.sql(`UPDATE password_reset SET issued_at = issued_at - interval '25 hours'`)
      await ask(JANE)
      expect(store.inbox.mails).toHaveLength(3)
    })

    it("gets it later where the mail server is down", async () => {
      await identity(JANE, ["google"])
      store.inbox.refused.set(JANE, 450)
      await ask(JANE)
      expect(await states()).toEqual([["issued", "otherSignIn"]])

      store.inbox.refused.clear()
      await store.retry()
      expect(store.inbox.mails).toHaveLength(1)
      expect(await states()).toEqual([["sent", "otherSignIn"]])
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.email = {
      mails: { register: true },
      pages: {
        signIn: { customer: "https://shop.example/login" },
        register: { customer: "https://shop.example/register" },
      },
    }
  },
)
