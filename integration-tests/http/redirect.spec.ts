import { request } from "node:http"
import { Modules } from "@medusajs/framework/utils"
import { linkIn } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const FRENCH = "https://shop.example/fr/reset"

withStore(
  "a request that says where the link shall lead",
  (store) => {
    const ask = (identifier: string, redirect_url: unknown, actor = "customer") =>
      store.post(`/auth/${actor}/emailpass/reset-password`, {
        identifier,
        metadata: { redirect_url },
      })
    const pageOf = async () => {
      const [mail] = await store.inbox.mailsFor(JANE)
      await store.settled()
      const { url } = linkIn(mail!)
      return url.origin + url.pathname
    }

    it("is followed where the store allows it, without the query of the caller's", async () => {
      await store.register(JANE, "old-password")

      expect((await ask(JANE, `${FRENCH}?token=x#y`)).status).toBe(201)

      const [mail] = await store.inbox.mailsFor(JANE)
      const { url, token } = linkIn(mail!)
      expect(url.origin + url.pathname).toBe(FRENCH)
      expect(url.searchParams.getAll("token")).toEqual([token])
      expect((await store.update(token, { password: "new-password" })).status).toBe(200)
    })

    it.each([["https://evil.example/fr"], ["https://shop.example/france"], [7], [""], [null]])(
      "is refused for known and unknown addresses alike: %j",
      async (redirect_url) => {
        await store.register(JANE, "old-password")

        for (const address of [JANE, "nobody@shop.example"]) {
          const answer = await ask(address, redirect_url)
          expect([answer.status, answer.body]).toEqual([
            400,
            {
              type: "invalid_data",
              message: "Field 'metadata.redirect_url' is not under an allowed URL",
            },
          ])
        }
        expect(await store.resets()).toEqual([])
      },
    )

    it("is refused for an actor type that has no allowed page", async () => {
      expect((await ask(JANE, FRENCH, "user")).status).toBe(400)
    })

    it("leads a customer who turns out to be a user to the users' page", async () => {
      await store.storeAccount(JANE, { user_id: "user_1", customer_id: "cus_1" })

      await ask(JANE, FRENCH)

      expect(await pageOf()).toBe("http://localhost:9000/app/reset-password")
    })

    it("leads to the configured page when an event from elsewhere brings a foreign one", async () => {
      await store.register(JANE, "old-password")

      await store.mintCoreToken(JANE, { redirect_url: "https://evil.example/fr" })

      expect(await pageOf()).toBe("http://localhost:8000/reset-password")
    })

    it("can't bring a link of its own through the Host header", async () => {
      await store.register(JANE, "old-password")

      const body = JSON.stringify({ identifier: JANE })
      const headers = {
        host: "evil.example",
        "x-forwarded-host": "evil.example",
        forwarded: "host=evil.example",
        "content-type": "application/json",
        "content-length": body.length,
      }
      const status = await new Promise((resolve, reject) => {
        // fetch cannot send another Host.
        request(
          `${store.url}/auth/customer/emailpass/reset-password`,
          { method: "POST", headers },
          (response) => resolve(response.resume().statusCode),
        )
          .on("error", reject)
          .end(body)
      })

      expect(status).toBe(201)
      expect(await pageOf()).toBe("http://localhost:8000/reset-password")
    })

    it("sends nothing for an event whose token no table knows", async () => {
      const claims = { entity_id: JANE, provider: "emailpass", actor_type: "customer" }
      const token = store.sign({ ...claims, purpose: "reset", jti: "unknown" })
      await store.register(JANE, "old-password")

      await store
        .container()
        .resolve(Modules.EVENT_BUS)
        .emit({
          name: "auth.password_reset",
          data: { ...claims, token, metadata: {} },
        })
      await new Promise((resolve) => setTimeout(resolve, 300))

      expect(store.inbox.mails).toEqual([])
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.allowedRedirectUrls = {
      customer: ["https://shop.example/fr"],
    }
  },
)
