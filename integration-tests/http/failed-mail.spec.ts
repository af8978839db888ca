import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { linkIn } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const JOE = "joe@shop.example"

withStore("a mail that can't be sent", (store) => {
  it("ends its reset as failed, with the reason, and no other mail of the same call", async () => {
    await store.register(JANE, "old-password")
    await store.register(JOE, "old-password")
    store.inbox.refused.add(JANE)

    await Promise.all([store.requestReset(JANE), store.requestReset(JOE)])
    await store.settled()

    const byAddress = new Map((await store.resets()).map((reset) => [reset.identifier, reset]))
    expect(byAddress.get(JANE)).toMatchObject({
      status: "failed",
      failure_reason: expect.stringContaining("No such mailbox"),
    })
    expect(byAddress.get(JANE)!.failure_reason).not.toContain("noti_")
    expect(byAddress.get(JOE)).toMatchObject({ status: "sent", failure_reason: null })
    expect(store.inbox.mails.map(({ recipients }) => recipients)).toEqual([[JOE]])
  })

  it("says so where no provider serves the channel", async () => {
    const { email } = store.container().resolve(PASSWORD_RESET_MODULE).options
    email.channel = "pigeon"
    await store.register(JANE, "old-password")

    expect((await store.requestReset(JANE)).status).toBe(201)
    await store.settled()
    email.channel = "email"

    expect(await store.resets()).toMatchObject([
      {
        status: "failed",
        failure_reason: "Could not find a notification provider for channel: pigeon",
      },
    ])
  })

  it("leaves an older link alive, and its own dead", async () => {
    await store.register(JANE, "old-password")
    const older = await store.tokenFor(JANE)
    store.inbox.refused.add(JANE)
    await store.requestReset(JANE)
    await store.settled()

    expect((await store.check(older)).status).toBe(200)
    store.inbox.refused.clear()
    const newer = linkIn(await store.mailFor(JANE)).token
    expect((await store.check(older)).body.code).toBe("token_superseded")
    expect((await store.update(newer, { password: "new-password" })).status).toBe(200)
  })
})
