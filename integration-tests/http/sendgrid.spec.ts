import { Modules } from "@medusajs/framework/utils"
import { Client } from "@sendgrid/client"
import sendgrid from "@sendgrid/mail"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { withStore } from "../store"
import { type ReceivedRequest, WebService } from "../web-service"

const JANE = "jane@shop.example"

const { client } = sendgrid as unknown as { client: Client }

/** The body of SendGrid's `POST /v3/mail/send`. */
type Sent = {
  from: { email: string }
  template_id?: string
  content?: { type: string; value: string }[]
  subject?: string
  personalizations: { to: { email: string }[]; dynamic_template_data?: Record<string, unknown> }[]
}

withStore(
  "Medusa's own SendGrid provider, by configuration alone,",
  (store) => {
    let service: WebService
    const sent = () => service.requests.map(({ body }) => body as Sent)

    beforeAll(async () => {
      service = await WebService.start({ status: 202 })
      // The provider's URL is fixed to SendGrid's own, so its client is redirected to this server.
      jest
        .spyOn(client, "request")
        .mockImplementation((data, callback) =>
          Client.prototype.request.call(client, { ...data, baseUrl: `${service.url}/` }, callback),
        )
    })

    afterAll(() => service.stop())

    beforeEach(async () => {
      service.requests.length = 0
      await store.register(JANE, "old-password")
    })

    const ask = async () => {
      await store.post("/auth/customer/emailpass/reset-password", {
        identifier: JANE,
        metadata: { locale: "de" },
      })
      await store.settled()
    }
    const records = () => store.container().resolve(Modules.NOTIFICATION).listNotifications({})
    const tokenIn = (text: string) => /token=([\w.-]+)/.exec(text)![1]!

    it("sends what the plugin writes", async () => {
      await ask()

      const [mail] = sent()
      const [{ url, headers }] = service.requests as [ReceivedRequest]
      expect([url, headers.authorization]).toEqual(["/v3/mail/send", "Bearer SG.a-key"])
      expect(mail).toMatchObject({
        from: { email: "no-reply@shop.example" },
        personalizations: [{ to: [{ email: JANE }] }],
      })
      expect(mail!.subject).toMatch(/Passwort/)
      const html = mail!.content!.find(({ type }) => type === "text/html")!.value
      expect((await store.update(tokenIn(html), { password: "new-password" })).status).toBe(200)
    })

    it("fills a template of its own, whose link is not kept", async () => {
      const { email } = store.container().resolve(PASSWORD_RESET_MODULE).options
      email.templates.reset = "d-123"
      await ask()
      email.templates = {}

      const [mail] = sent()
      expect([mail!.template_id, mail!.content]).toEqual(["d-123", undefined])
      const { link, url, reset_url, ...data } = mail!.personalizations[0]!.dynamic_template_data!
      expect([url, reset_url]).toEqual([link, link])
      expect(data).toEqual({
        mail: "reset",
        address: JANE,
        lifetime: expect.any(Number),
        lifetime_minutes: 15,
        store_name: expect.any(String),
        support_address: null,
        locale: "de",
      })
      expect(data.lifetime).toBe(Math.floor(data.lifetime as number))
      const [record] = await records()
      expect(record!.template).toBe("d-123")
      expect(record!.data).toEqual(data)
      expect((await store.check(tokenIn(link as string))).status).toBe(200)
    })

    it("keeps no link of a mail that failed either, and of one that nobody could forget", async () => {
      const { email } = store.container().resolve(PASSWORD_RESET_MODULE).options
      email.templates.reset = "d-123"
      service.answers.push({ status: 500, body: { errors: [{ message: `no mail for ${JANE}` }] } })
      await ask()
      const [reset] = await store.resets()
      expect(reset).toMatchObject({ status: "issued" })
      expect(reset!.failure_reason).toMatch(/500 - no mail for <address>$/)
      const linkless = async () => (await records()).every(({ data }) => data && !("link" in data))
      expect(await linkless()).toBe(true)

      // A crash right after the email was sent leaves this behind.
      await store.sql(`UPDATE notification SET data = data || '{"link": "https://x/t"}'`)
      expect(await linkless()).toBe(false)
      await store.retry()
      email.templates = {}
      expect(await linkless()).toBe(true)
      expect(await store.resets()).toMatchObject([{ status: "sent", attempts: 2 }])
    })
  },
  ({ modules }) => {
    modules.notification!.options.providers = [
      {
        resolve: "@medusajs/medusa/notification-sendgrid",
        id: "sendgrid",
        options: { channels: ["email"], api_key: "SG.a-key", from: "no-reply@shop.example" },
      },
    ]
  },
)
