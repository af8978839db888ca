import { createServer, type AddressInfo } from "node:net"
import type { MailFate } from "../../../domain/mails/mail-fate"
import { providerReports } from "../../../domain/mails/provider-reports"
import { isRefusalOfRecipient, isUnconfirmed } from "../../../domain/mails/refusal"
import { Inbox } from "../../../../integration-tests/inbox"
import { MailServer } from "../../../../support/mail-server"
import { SmtpNotificationProvider } from "../service"

const FROM = "Shop <no-reply@shop.example>"
const mail = {
  to: "jane@shop.example",
  channel: "email",
  template: "order-placed",
  content: { subject: "Grüße", html: "<p>Hello</p>", text: "Hello" },
}

const failureOf = (provider: SmtpNotificationProvider) =>
  provider.send(mail).then(
    () => "",
    ({ message }: Error) => message,
  )

describe("the SMTP provider", () => {
  let inbox: Inbox
  let provider: SmtpNotificationProvider

  beforeEach(async () => {
    inbox = await Inbox.open()
    provider = new SmtpNotificationProvider({}, { url: inbox.url, from: FROM })
  })

  afterEach(() => inbox.close())

  it("sends the HTML and the text part, from the store, and tells the message's id", async () => {
    const { id } = await provider.send(mail)

    const [received] = await inbox.mailsFor("jane@shop.example")
    expect(received).toMatchObject({
      from: { name: "Shop", address: "no-reply@shop.example" },
      subject: "Grüße",
      messageId: id,
    })
    expect(received!.html).toContain("<p>Hello</p>")
    expect(received!.text).toContain("Hello")
    expect(received!.replyTo).toBeUndefined()
    expect(received!.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(received!.raw).toMatch(/^X-Auto-Response-Suppress: OOF, AutoReply\r$/m)
  })

  it("sends a mail's own sender, attachments, and answers to where the store wants them", async () => {
    const own = { url: inbox.url, from: FROM, replyTo: "help@shop.example" }
    await new SmtpNotificationProvider({}, own).send({
      ...mail,
      from: "orders@shop.example",
      attachments: [
        {
          filename: "a.txt",
          content: Buffer.from("hi").toString("base64"),
          content_type: "text/plain",
        },
      ],
    })

    const [received] = await inbox.mailsFor("jane@shop.example")
    expect(received!.from?.address).toBe("orders@shop.example")
    expect(received!.replyTo).toEqual([{ name: "", address: "help@shop.example" }])
    expect(received!.attachments).toMatchObject([{ filename: "a.txt", mimeType: "text/plain" }])
    expect(Buffer.from(received!.attachments[0]!.content as ArrayBuffer).toString()).toContain("hi")
  })

  it("sends copies where the notification asks for them, and shows no blind one", async () => {
    const copies = { cc: ["team@shop.example"], bcc: ["archive@shop.example"] }
    await provider.send({ ...mail, provider_data: copies })

    const [received] = await inbox.mailsFor("jane@shop.example")
    expect(received!.recipients).toEqual([
      "jane@shop.example",
      "team@shop.example",
      "archive@shop.example",
    ])
    expect(received!.raw).not.toContain("archive@shop.example")
  })

  it("lets no line break in a name or subject start another header", async () => {
    await provider.send({
      ...mail,
      content: { ...mail.content, subject: "Hello\r\nBcc: eve@evil.example" },
    })

    const [received] = await inbox.mailsFor("jane@shop.example")
    expect(received!.raw).not.toMatch(/^Bcc:/im)
    expect(received!.recipients).toEqual(["jane@shop.example"])
  })

  it("takes one recipient for one, whatever stands in the address", async () => {
    await provider
      .send({ ...mail, to: "jane@shop.example,eve@evil.example" })
      .catch(() => undefined)

    expect(inbox.mails.flatMap(({ recipients }) => recipients)).not.toContain("eve@evil.example")
  })

  it("tells a recipient who is refused for good from one who is refused for now", async () => {
    const refusal = () => failureOf(provider)
    inbox.refused.set("jane@shop.example", 550)
    const forGood = await refusal()
    inbox.refused.set("jane@shop.example", 450)
    const forNow = await refusal()
    inbox.refused.set("jane@shop.example", "5.7.1 Your address is on a list")
    const byPolicy = await refusal()
    inbox.refused.clear()

    expect([byPolicy, isRefusalOfRecipient(byPolicy)]).toEqual([
      expect.stringContaining("on a list"),
      false,
    ])
    expect([forGood, isRefusalOfRecipient(forGood)]).toEqual([
      expect.stringContaining("No such mailbox"),
      true,
    ])
    expect([forNow, isRefusalOfRecipient(forNow)]).toEqual([
      expect.stringContaining("Try again later"),
      false,
    ])
  })

  it.each([
    ["550 Blocked: your IP is on our blocklist", false],
    ["554 Message rejected due to poor reputation", false],
    ["550 5.1.1 No such user, says the spam filter", true],
    ["550 Mailbox unavailable", true],
  ])("takes %j for a refusal of the recipient: %s", async (answer, isOfRecipient) => {
    inbox.refused.set("jane@shop.example", answer.slice(4))
    const message = await failureOf(provider)
    expect(isRefusalOfRecipient(message)).toBe(isOfRecipient)
  })

  it.each([
    ["5.1.1 No such user", 550, true],
    ["5.7.1 Content refused", 554, false],
    ["4.1.1 No such user yet", 450, false],
  ])(
    "takes %j after the mail for a refusal of the recipient where it is one",
    async (text, responseCode, isOfRecipient) => {
      const late = await MailServer.start({
        onMail: () => Promise.reject(Object.assign(new Error(text), { responseCode })),
      })
      const sender = new SmtpNotificationProvider({}, { url: late.url, from: FROM })
      const message = await failureOf(sender)
      await late.stop()
      expect(message).toContain(text)
      expect(isRefusalOfRecipient(message)).toBe(isOfRecipient)
    },
  )

  it("tells a mail that may be out from one that is not, where the connection breaks", async () => {
    const breakAt = (last: RegExp) =>
      createServer((socket) => {
        let isInContent = false
        socket.write("220 mail.example\r\n")
        socket.on("error", () => undefined)
        socket.on("data", (chunk) => {
          if (last.test(chunk.toString())) {
            socket.destroy()
            return
          }
          if (!isInContent) {
            isInContent = chunk.toString().startsWith("DATA")
            socket.write(isInContent ? "354 Go on\r\n" : "250 OK\r\n")
          }
        })
      })
    const reasonAt = async (last: RegExp) => {
      const server = breakAt(last)
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      const { port } = server.address() as AddressInfo
      const url = `smtp://127.0.0.1:${port}`
      const reason = await failureOf(new SmtpNotificationProvider({}, { url, from: FROM }))
      server.close()
      return reason
    }

    const late = await reasonAt(/(^|\n)\.\r\n$/)
    expect(late).toMatch(/^The mail server got the email, but did not confirm it: /)
    const early = await reasonAt(/^RCPT/)
    expect(early).toMatch(/closed|reset/i)
    expect(isUnconfirmed(early)).toBe(false)
  })

  it("opens as many connections as the store allows, and sends as many mails a second", async () => {
    let open = 0
    let most = 0
    const server = await MailServer.start({
      onMail: async () => {
        most = Math.max(most, ++open)
        await new Promise((resolve) => setTimeout(resolve, 20))
        open--
      },
    })
    const sendSix = async (options: object) => {
      const sender = new SmtpNotificationProvider({}, { url: server.url, from: FROM, ...options })
      const start = performance.now()
      await Promise.all(Array.from({ length: 6 }, () => sender.send(mail)))
      return performance.now() - start
    }
    await sendSix({ maxConnections: 2 })
    expect(most).toBe(2)

    expect(await sendSix({ messagesPerSecond: 4 })).toBeGreaterThan(1200) // One every quarter of a second.
    await server.stop()
  })

  it("tells of each mail as soon as it has ended, by the key of its notification", async () => {
    const told: [string, MailFate][] = []
    const keys = ["1:1", "2:1"]
    const stop = providerReports.listen(keys, (key, fate) => void told.push([key, fate]))
    const withKey = (idempotency_key: string, to: string) => ({ ...mail, to, idempotency_key })
    inbox.refused.set("joe@shop.example", 550)
    await provider.send(withKey("1:1", "jane@shop.example"))
    await provider.send(withKey("2:1", "joe@shop.example")).catch(() => undefined)
    stop()

    expect(told).toEqual([
      ["1:1", { fate: "taken" }],
      ["2:1", { fate: "refused", reason: expect.stringMatching(/permanently refused/) }],
    ])
  })

  it("takes no sender who is refused for a recipient who is", async () => {
    inbox.refused.set("refused@shop.example", "No such sender")
    const stranger = new SmtpNotificationProvider(
      {},
      { url: inbox.url, from: "refused@shop.example" },
    )
    const message = await failureOf(stranger)

    expect(message).toContain("No such sender")
    expect(isRefusalOfRecipient(message)).toBe(false)
  })

  it("says what is missing where a notification has no content", async () => {
    await expect(provider.send({ ...mail, content: null })).rejects.toThrow(
      `the notification with template "order-placed" has none`,
    )
  })

  it("checks the connection without sending", async () => {
    await expect(
      SmtpNotificationProvider.checkConnection({ url: inbox.url, from: FROM }),
    ).resolves.toBeUndefined()
    expect(inbox.mails).toEqual([])
    const { url } = inbox
    await inbox.close()
    await expect(SmtpNotificationProvider.checkConnection({ url, from: FROM })).rejects.toThrow(
      "ECONNREFUSED",
    )
    inbox = await Inbox.open()
  })

  it.each([
    ["no URL", { from: FROM }, "`url`"],
    ["a URL of the web", { url: "https://mail.example", from: FROM }, "`url`: must be an SMTP URL"],
    ["a URL without a host", { url: "smtp://", from: FROM }, "`url`: must be an SMTP URL"],
    ...["#", "/", "?"].map((character): [string, object, string] => [
      `a raw ${character} in the password`,
      { url: `smtp://jane:1${character}2@mail.example`, from: FROM },
      "`url`: has characters in the user or password that must be encoded",
    ]),
    [
      "no connection",
      { url: "smtp://localhost", from: FROM, maxConnections: 0 },
      "`maxConnections`",
    ],
    ["an unknown option", { url: "smtp://localhost", from: FROM, reply_to: "x" }, "`reply_to`"],
    [
      "a sender without an address",
      { url: "smtp://localhost", from: "Shop" },
      "`from`: must be one",
    ],
    [
      "a group",
      { url: "smtp://localhost", from: "Müller: Schuhe <a@b.example>" },
      "`from`: must be one",
    ],
    [
      "two senders",
      { url: "smtp://localhost", from: "a@b.example, c@d.example" },
      "`from`: must be one",
    ],
    ["no sender", { url: "smtp://localhost" }, "`from`"],
    [
      "an empty place for answers",
      { url: "smtp://localhost", from: FROM, replyTo: "" },
      "`replyTo`",
    ],
  ])("stops the boot with one line for %s", (_, options, message) => {
    expect(() =>
      SmtpNotificationProvider.validateOptions({ ...options, channels: ["email"] }),
    ).toThrow(
      new RegExp(`^medusa-plugin-password-reset/providers/smtp: bad options .*${message}.*$`),
    )
  })

  it("takes what Medusa adds to its options", () => {
    expect(() =>
      SmtpNotificationProvider.validateOptions({
        channels: ["email"],
        url: "smtps://user:p%40ss@mail.example:465",
        from: FROM,
      }),
    ).not.toThrow()
  })
})
