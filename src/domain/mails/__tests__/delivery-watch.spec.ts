import type { DeliveryOutcome } from "../../database/outbox"
import { DeliveryWatch } from "../delivery-watch"
import { outcomeOf, type MailFate } from "../mail-fate"

const REFUSED: MailFate = { fate: "refused", reason: "connect ECONNREFUSED" }
const TAKEN: MailFate = { fate: "taken" }
const outcome = (fate: MailFate): DeliveryOutcome => outcomeOf({ id: "1", attempt: 1 }, "a@b", fate)

describe("the log", () => {
  let lines: string[]
  let watch: DeliveryWatch
  let now = 0
  const note = (...fates: MailFate[]) => watch.note({ outcomes: fates.map(outcome), recorded: [] })
  const fail = (count: number) =>
    watch.note({
      outcomes: [],
      recorded: Array.from({ length: count }, (_, index) => ({
        id: `pwrst_${index}`,
        status: "failed",
        failure_reason: "no such mailbox",
      })),
    })

  beforeEach(() => {
    now = 0
    jest.spyOn(Date, "now").mockImplementation(() => now)
    lines = []
    const write = (level: string) => (line: string) => void lines.push(`${level} ${line}`)
    watch = new DeliveryWatch({ info: write("info"), warn: write("warn") }, async () => 12)
  })
  afterEach(() => jest.restoreAllMocks())

  it("has one line when deliveries begin to fail, and one when they are well again", async () => {
    for (let mail = 0; mail < 1000; mail++) {
      await note(REFUSED)
    }
    await note(TAKEN)
    await note(TAKEN)

    expect(lines).toEqual([
      "warn medusa-plugin-password-reset: emails can't be sent now (connect ECONNREFUSED). They are tried " +
        "again; 12 wait",
      "info medusa-plugin-password-reset: emails are sent again",
    ])
  })

  it("has none where one of several mails is refused, or a recipient for good", async () => {
    await note(REFUSED, TAKEN)
    await note({ ...REFUSED, isPermanent: true })
    expect(lines).toEqual([])
  })

  it("says no more than once in five minutes that they fail, where they recover by turns", async () => {
    for (now = 0; now < 10 * 60_000; now += 1000) {
      await note(REFUSED)
      await note(TAKEN)
    }
    expect(lines).toHaveLength(4)
  })

  it("names each mail that is given up, but no more than ten a minute", async () => {
    await fail(2)
    expect(lines).toEqual([
      "warn medusa-plugin-password-reset: the email of pwrst_0 has failed for good (no such mailbox)",
      "warn medusa-plugin-password-reset: the email of pwrst_1 has failed for good (no such mailbox)",
    ])
    await fail(1000)
    expect(lines).toHaveLength(11)
    expect(lines[10]).toMatch(/more emails have failed for good; find them by the status `failed`$/)
    now = 61_000
    await fail(1)
    expect(lines).toHaveLength(12)
  })

  it("counts what waits as best it can", async () => {
    watch = new DeliveryWatch(
      { info: jest.fn(), warn: (line) => void lines.push(line) },
      async () => {
        throw new Error("away")
      },
    )
    await note(REFUSED)
    expect(lines).toEqual([expect.stringMatching(/They are tried again$/)])
  })
})
