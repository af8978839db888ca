import type { INotificationModuleService } from "@medusajs/framework/types"
import type { DeliveryOutcome } from "../../database/outbox"
import { VirtualTime } from "../../throttle/__tests__/virtual-time"
import { providerReports } from "../provider-reports"
import { type OutgoingMail, type Sender, sendMails } from "../send-mails"

const mail = (id: string, channel = "email"): OutgoingMail => ({
  id,
  attempt: 1,
  notification: {
    to: `${id}@shop.example`,
    channel,
    template: "t",
    data: { link: "x" },
    idempotency_key: `${id}:1`,
  },
})

type Record = { idempotency_key: string; status: string; external_id?: string; provider_id: string }

/** A Notification Module whose calls a test ends. */
class Notifications {
  readonly calls: { keys: string[]; end: (status?: string) => void }[] = []
  private readonly records = new Map<string, Record>()

  async createNotifications(notifications: { idempotency_key: string }[]): Promise<void> {
    const keys = notifications.map(({ idempotency_key }) => idempotency_key)
    const record = (status: string) => {
      for (const idempotency_key of keys) {
        const external_id = status === "success" ? "1" : undefined
        this.records.set(idempotency_key, {
          idempotency_key,
          status,
          external_id,
          provider_id: "p",
        })
      }
    }
    record("pending")
    await new Promise<void>((resolve, reject) => {
      const end = (status = "success") => {
        record(status)
        status === "success" ? resolve() : reject(new Error("no"))
      }
      this.calls.push({ keys, end })
    })
  }

  async listNotifications({ idempotency_key }: { idempotency_key: string[] }): Promise<Record[]> {
    return idempotency_key.map((key) => this.records.get(key)!)
  }
}

describe("sending mails", () => {
  let time: VirtualTime
  let notifications: Notifications
  let outcomes: DeliveryOutcome[]
  let sender: Sender
  const forgotten: string[] = []
  const fates = () => outcomes.map(({ id, fate }) => [id, fate])

  beforeEach(() => {
    time = new VirtualTime()
    notifications = new Notifications()
    outcomes = []
    forgotten.length = 0
    sender = {
      notifications: notifications as unknown as INotificationModuleService,
      silenceMeansTaken: false,
      forgetLinks: async (keys) => void forgotten.push(...keys),
      record: async (settled) => void outcomes.push(...settled),
      onError: (error) => {
        throw error
      },
    }
  })

  afterEach(() => jest.restoreAllMocks())

  it("writes each outcome down as soon as its own mail has ended", async () => {
    const sent = sendMails(
      ["a", "b", "c"].map((id) => mail(id)),
      sender,
    )
    await time.pass(0)
    expect(notifications.calls.map(({ keys }) => keys)).toEqual([["a:1"], ["b:1"], ["c:1"]])
    notifications.calls[1]!.end()
    notifications.calls[2]!.end("failure")
    await time.pass(100)

    expect(fates()).toEqual([
      ["b", "taken"],
      ["c", "refused"],
    ])
    notifications.calls[0]!.end()
    await time.pass(100)
    await sent
    expect(fates()).toContainEqual(["a", "taken"])
  })

  it("holds further mails up for ten seconds at most", async () => {
    let isOver = false
    void sendMails([mail("a"), mail("b")], sender).then(() => (isOver = true))
    await time.pass(9_900)
    expect(isOver).toBe(false)
    await time.pass(200)
    expect(isOver).toBe(true)
    expect(outcomes).toEqual([])
  })

  it("calls a mail unknown after 90 seconds, believes a late answer, and keeps no link that it brings back", async () => {
    void sendMails([mail("a"), mail("b")], sender)
    await time.pass(90_100)
    expect(fates()).toEqual([
      ["a", "unknown"],
      ["b", "unknown"],
    ])
    expect(outcomes[0]).toMatchObject({
      failure_reason: "the notification provider did not answer within 90 s",
      is_silent: false,
    })
    expect(forgotten).toEqual(["a:1", "b:1"])
    notifications.calls[0]!.end()
    await time.pass(100)

    expect(fates().slice(2)).toEqual([["a", "taken"]])
    expect(forgotten.slice(2)).toEqual(["a:1"])
  })

  it("shares one call where the provider tells of each mail by itself", async () => {
    providerReports.announce(["told"])
    void sendMails(
      ["a", "b", "c"].map((id) => mail(id, "told")),
      sender,
    )
    await time.pass(0)
    expect(notifications.calls.map(({ keys }) => keys)).toEqual([["a:1", "b:1", "c:1"]])
    providerReports.tell("b:1", { fate: "taken" })
    providerReports.tell("nobody's:1", { fate: "taken" })
    await time.pass(100)
    expect(fates()).toEqual([["b", "taken"]])
    providerReports.tell("c:1", { fate: "refused", reason: "no" })
    notifications.calls[0]!.end()
    await time.pass(100)

    expect(fates()).toEqual([
      ["b", "taken"],
      ["c", "refused"],
      ["a", "taken"],
    ])
  })
})
