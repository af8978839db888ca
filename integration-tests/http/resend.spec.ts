import { Modules } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import resendProvider, { behaviour } from "../providers/resend"
import { withStore } from "../store"
import { WebService } from "../web-service"

const JANE = "jane@shop.example"
const FROM = "Shop <no-reply@shop.example>"
type Sent = { to: string[]; from: string; html: string; subject: string }

let service: WebService

withStore(
  "Resend",
  (store) => {
    const ask = async () => {
      await store.requestReset(JANE)
      await store.settled()
      return (await store.resets())[0]!
    }
    const tokenIn = (text: string) => /token=([\w.-]+)/.exec(text)![1]!
    const sent = () => service.requests.map(({ body }) => body as Sent)

    afterAll(() => service.stop())
    beforeEach(async () => {
      service.requests.length = 0
      behaviour.isMended = false
      await store.register(JANE, "old-password")
    })
    it("as in Medusa's guide: no mail is called sent that its provider has dropped", async () => {
      expect(await ask()).toMatchObject({
        status: "unknown",
        failure_reason: 'the notification provider "resend" gave no id',
      })
      expect(service.requests).toEqual([]) // It has no template of the plugin's name, and says nothing.
    })

    it("as in Medusa's guide: fills a template of the store's, which finds its link as `url`", async () => {
      const { email } = store.container().resolve(PASSWORD_RESET_MODULE).options
      email.templates.reset = "our-reset"
      const reset = await ask()
      email.templates = {}

      expect(reset).toMatchObject({ status: "sent" })
      const [mail] = sent()
      expect(mail).toMatchObject({ to: [JANE], from: FROM })
      expect((await store.update(tokenIn(mail!.html), { password: "new-password" })).status).toBe(
        200,
      )
    })

    it("as the docs show it: sends what the plugin writes, and a refusal is tried again", async () => {
      behaviour.isMended = true
      service.answers.push({
        status: 429,
        body: { name: "rate_limit_exceeded", message: "slower" },
      })
      expect(await ask()).toMatchObject({ status: "issued", failure_reason: "slower" })
      await store.retry()

      expect(await store.resets()).toMatchObject([{ status: "sent", attempts: 2 }])
      const mail = sent().at(-1)!
      expect(mail.subject).toMatch(/password/i)
      expect((await store.check(tokenIn(mail.html))).status).toBe(200)
    })
  },
  async ({ modules }) => {
    service = await WebService.start({ status: 200, body: { id: "a-mail" } })
    modules[Modules.NOTIFICATION]!.options.providers = [
      {
        resolve: resendProvider,
        id: "resend",
        options: { channels: ["email"], api_key: "re_a-key", from: FROM, url: service.url },
      },
    ] as never
  },
)
