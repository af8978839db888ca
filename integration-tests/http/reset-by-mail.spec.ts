import { Modules } from "@medusajs/framework/utils"
import Medusa from "@medusajs/js-sdk"
import { linkIn } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"

withStore("a customer who forgot the password", (store) => {
  it("is answered the same whether or not there is an account, and mailed only if there is", async () => {
    await store.register(JANE, "old-password")

    const known = await store.requestReset(JANE)
    const unknown = await store.requestReset("nobody@shop.example")

    expect([known.status, known.body]).toEqual([201, { text: "Created" }])
    expect([unknown.status, unknown.body]).toEqual([201, { text: "Created" }])
    await store.inbox.mailsFor(JANE)
    await store.settled()
    expect(store.inbox.mails).toHaveLength(1)
    expect((await store.resets()).map(({ status }) => status).sort()).toEqual(["ignored", "sent"])
  })

  it("gets a mail with the shop's name, the link, its lifetime, and what to do if it was not they", async () => {
    const address = "jane+shop@shop.example"
    await store.register(address, "old-password")

    const mail = await store.mailFor(address)

    const { url, token } = linkIn(mail)
    expect(mail.recipients).toEqual([address])
    expect(mail.from).toEqual({ name: "Demo Shop", address: "no-reply@shop.example" })
    expect(mail.subject).toBe("Reset your password for Medusa Store")
    expect(url.origin + url.pathname).toBe("http://localhost:8000/reset-password")
    expect(url.search).toBe(`?token=${token}&email=jane%2Bshop%40shop.example`)
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain("Medusa Store")
      expect(part).toContain("15 minutes")
      expect(part).toContain("ignore this mail")
      expect(part).toContain(token)
    }
  })

  it("sets a new password once; the old one signs in no more, the new one does", async () => {
    await store.register(JANE, "old-password")
    const token = await store.tokenFor(JANE)

    const first = await store.update(token, { password: "new-password" })
    const second = await store.update(token, { password: "another-password" })

    expect([first.status, first.body]).toEqual([200, { success: true }])
    expect([second.status, second.body]).toEqual([
      401,
      {
        type: "unauthorized",
        code: "token_used",
        message: "Invalid token: it has been used",
      },
    ])
    expect((await store.login(JANE, "old-password")).status).toBe(401)
    expect((await store.login(JANE, "another-password")).status).toBe(401)
    expect((await store.login(JANE, "new-password")).status).toBe(200)
    expect((await store.resets()).map(({ status }) => status)).toEqual(["completed"])
  })

  it("can look whether a link still works, as often as they like, without spending it", async () => {
    await store.register(JANE, "old-password")
    const token = await store.tokenFor(JANE)

    const looks = [await store.check(token), await store.check(token)]

    for (const { status, body, headers } of looks) {
      expect([status, body.valid]).toEqual([200, true])
      const lifetime = new Date(body.expires_at as string).getTime() - Date.now()
      expect(lifetime).toBeGreaterThan(800_000)
      expect(lifetime).toBeLessThanOrEqual(900_000)
      expect(headers.get("cache-control")).toBe("no-store")
      expect(headers.get("referrer-policy")).toBe("no-referrer")
    }
    expect((await store.update(token, { password: "new-password" })).status).toBe(200)
    expect((await store.check(token)).body.code).toBe("token_used")
  })

  it("is let down by no older link: the newest mail's is the one that works", async () => {
    await store.register(JANE, "old-password")
    const older = await store.tokenFor(JANE)
    const newer = await store.tokenFor(JANE)

    expect((await store.update(older, { password: "new-password" })).body).toEqual({
      type: "unauthorized",
      code: "token_superseded",
      message: "Invalid token: a newer link, a new password or an operator has ended it",
    })
    expect((await store.update(newer, { password: "new-password" })).status).toBe(200)
  })

  it("gets one mail for two requests that come together", async () => {
    await store.register(JANE, "old-password")

    await Promise.all([store.requestReset(JANE), store.requestReset(JANE)])
    await store.settled()

    expect(store.inbox.mails).toHaveLength(1)
    expect((await store.resets()).map(({ status }) => status).sort()).toEqual([
      "sent",
      "superseded",
    ])
    const { token } = linkIn(store.inbox.mails[0]!)
    expect((await store.update(token, { password: "new-password" })).status).toBe(200)
  })

  it.each(["Jane@SHOP.example", "jane tag@shop.example", "joe@shop.example", "", null, 7])(
    "may have %j sent along as address: the token alone decides",
    async (email) => {
      await store.register(JANE, "old-password")

      const { status, body } = await store.update(await store.tokenFor(JANE), {
        email,
        password: "new-password",
      })

      expect([status, body]).toEqual([200, { success: true }])
      expect((await store.login(JANE, "new-password")).status).toBe(200)
    },
  )

  it("is served by the requests of Medusa's API reference, to the letter", async () => {
    const customer = "customer@gmail.com"
    await store.register(customer, "old-password")

    const asked = await store.post("/auth/customer/emailpass/reset-password", {
      identifier: customer,
    })
    const [mail] = await store.inbox.mailsFor(customer)
    const updated = await store.post(
      "/auth/customer/emailpass/update",
      { email: customer, password: "supersecret" },
      { authorization: `Bearer ${linkIn(mail!).token}` },
    )

    expect(asked.status).toBe(201)
    expect([updated.status, updated.body]).toEqual([200, { success: true }])
    expect((await store.login(customer, "supersecret")).status).toBe(200)
  })

  it("is served by the official JS SDK, unmodified", async () => {
    const sdk = new Medusa({ baseUrl: store.url, auth: { type: "jwt" } })
    await sdk.auth.register("customer", "emailpass", { email: JANE, password: "old-password" })

    await sdk.auth.resetPassword("customer", "emailpass", { identifier: JANE })
    const [mail] = await store.inbox.mailsFor(JANE)
    await sdk.auth.updateProvider(
      "customer",
      "emailpass",
      { email: JANE, password: "new-password" },
      linkIn(mail!).token,
    )

    await expect(
      sdk.auth.login("customer", "emailpass", { email: JANE, password: "old-password" }),
    ).rejects.toThrow("Invalid email or password")
    expect(
      await sdk.auth.login("customer", "emailpass", { email: JANE, password: "new-password" }),
    ).toEqual(expect.any(String))
  })

  it("is heard of by the store's own code, in the shape that Medusa's core gave the events", async () => {
    const heard: Record<string, unknown>[] = []
    const bus = store.container().resolve(Modules.EVENT_BUS)
    for (const name of ["auth.password_reset", "auth.password_changed"]) {
      bus.subscribe(name, async ({ data }) => void heard.push({ name, data }), {
        subscriberId: `test-${name}`,
      })
    }
    await store.register(JANE, "old-password")

    await store.post("/auth/customer/emailpass/reset-password", {
      identifier: "JANE@shop.example",
      metadata: { campaign: "autumn" },
    })
    const [mail] = await store.inbox.mailsFor(JANE)
    const { token } = linkIn(mail!)
    await store.settled()
    await store.update(token, { password: "new-password" })

    expect(heard).toEqual([
      {
        name: "auth.password_reset",
        data: {
          entity_id: JANE,
          actor_type: "customer",
          token,
          metadata: { campaign: "autumn" },
        },
      },
      {
        name: "auth.password_changed",
        data: {
          auth_identity_id: expect.stringMatching(/^authid_/),
          entity_id: JANE,
          actor_type: "customer",
          reason: "reset",
        },
      },
    ])
  })

  it("is no reason for the admin's bell to fall silent", async () => {
    const notification = await store
      .container()
      .resolve(Modules.NOTIFICATION)
      .createNotifications({ to: "", channel: "feed", template: "admin-ui", data: { title: "x" } })

    expect(notification).toMatchObject({ channel: "feed", status: "success" })
  })

  it("is recorded in the Notification Module with the mail, but without the secret", async () => {
    await store.register(JANE, "old-password")
    const mail = await store.mailFor(JANE)

    const [reset] = await store.resets()
    const [record] = await store.container().resolve(Modules.NOTIFICATION).listNotifications()

    expect(record).toMatchObject({
      to: JANE,
      channel: "email",
      template: "medusa-plugin-password-reset/reset",
      trigger_type: "auth.password_reset",
      resource_type: "password_reset",
      resource_id: reset!.id,
      idempotency_key: `${reset!.id}:1`,
      status: "success",
      external_id: mail.messageId,
      data: null,
    })
    expect(JSON.stringify([record, reset])).not.toContain(linkIn(mail).token)
  })
})
