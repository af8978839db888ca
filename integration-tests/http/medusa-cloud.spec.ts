import { Modules } from "@medusajs/framework/utils"
import { withStore } from "../store"
import { WebService } from "../web-service"

const JANE = "jane@shop.example"

let service: WebService

withStore(
  "Medusa Cloud's own provider, which Medusa adds where no other serves emails,",
  (store) => {
    afterAll(() => service.stop())

    it("sends what the plugin writes, and a refusal is tried again", async () => {
      await store.register(JANE, "old-password")
      service.answers.push({ status: 500, body: { message: "away" } })
      await store.requestReset(JANE)
      await store.settled()
      expect(await store.resets()).toMatchObject([
        { status: "issued", failure_reason: expect.stringMatching(/500 .*away/) },
      ])
      await store.retry()

      expect(await store.resets()).toMatchObject([{ status: "sent", attempts: 2 }])
      const { url, headers, body } = service.requests.at(-1)!
      expect([url, headers.authorization]).toEqual(["/send", "Basic a-key"])
      const { to, content } = body as { to: string; content: { html: string } }
      expect(to).toBe(JANE)
      const [, token] = /token=([\w.-]+)/.exec(content.html)!
      expect((await store.check(token!)).status).toBe(200)
    })
  },
  async ({ modules }) => {
    service = await WebService.start({ status: 200, body: { id: "a-mail" } })
    modules[Modules.NOTIFICATION]!.options = {
      providers: [],
      cloud: { api_key: "a-key", endpoint: service.url, environment_handle: "production" },
    } as never
  },
)
