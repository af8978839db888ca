import { linkIn } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"

withStore(
  "the mail's language",
  (store) => {
    beforeEach(() => store.register(JANE, "old-password"))

    const mailFor = async (metadata?: object, headers: Record<string, string> = {}) => {
      await store.post(
        "/auth/customer/emailpass/reset-password",
        { identifier: JANE, metadata },
        headers,
      )
      const [mail] = await store.inbox.mailsFor(JANE)
      await store.settled()
      expect(linkIn(mail!).token).not.toBe("")
      return { subject: mail!.subject!, html: mail!.html! }
    }

    it.each([
      ["the request's own wish", { locale: "fr" }, { "x-medusa-locale": "de" }, "fr"],
      [
        "what the JS SDK sends",
        {},
        { "x-medusa-locale": "de-AT", "accept-language": "fr" },
        "de-AT",
      ],
      [
        "the browser's list",
        {},
        { "accept-language": "tlh;q=0.9, es-MX;q=0.8, en;q=0.5" },
        "es-MX",
      ],
      ["the store's own where there are no words for another", { locale: "tlh" }, {}, "it"],
      ["the store's own where nobody says", undefined, {}, "it"],
      ["words that the store has added", { locale: "nds" }, {}, "nds"],
    ])("is %s", async (_, metadata, headers, locale) => {
      const { html } = await mailFor(metadata, headers as Record<string, string>)

      expect(html).toContain(`lang="${locale}"`)
      expect((await store.resets())[0]!.locale).toBe(locale)
    })

    it("has the store's own words where it overrides ours", async () => {
      expect((await mailFor({ locale: "nds" })).subject).toBe("Nieg Passwoort")
    })

    it("is written from right to left in Arabic", async () => {
      expect((await mailFor({ locale: "ar" })).html).toMatch(/<html[^>]* dir="rtl"/)
    })

    it("never keeps a mail from going out, whatever the headers say", async () => {
      const headers = { "x-medusa-locale": "../../etc/passwd", "accept-language": ";;q=,*;q=x" }
      expect((await mailFor({ locale: ["de"] }, headers)).html).toContain(`lang="it"`)
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.email = {
      defaultLocale: "it",
      locales: { nds: { reset: { subject: "Nieg Passwoort" } } },
    }
  },
)
