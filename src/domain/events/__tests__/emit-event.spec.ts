import { emitEvent } from "../emit-event"

describe("an event that can be done without", () => {
  const lines: string[] = []
  const logger = { warn: (line: string) => lines.push(line), error: jest.fn() }
  const emit = jest.fn()
  const emitter = { eventBus: { emit }, logger }
  const event = { name: "shop.opened", data: { at: 9 } }

  beforeEach(() => {
    lines.length = 0
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  it("is emitted, with what is said of it", async () => {
    emit.mockResolvedValueOnce(undefined)
    await emitEvent(event, emitter, { internal: true })

    const options = { internal: true, removeOnComplete: true, removeOnFail: true }
    expect(emit).toHaveBeenCalledWith([event], options)
    expect(lines).toEqual([])
  })

  it("is one of many, each with its own data", async () => {
    emit.mockResolvedValueOnce(undefined)
    await emitEvent({ name: "shop.opened", data: [{ at: 9 }, { at: 10 }] }, emitter)

    expect(emit.mock.lastCall[0]).toEqual([
      { name: "shop.opened", data: { at: 9 } },
      { name: "shop.opened", data: { at: 10 } },
    ])
  })

  it("fails nothing where the event bus is away", async () => {
    emit.mockRejectedValueOnce(new Error("away"))
    await emitEvent(event, emitter)

    expect(lines).toEqual(["medusa-plugin-password-reset: the event shop.opened was lost (away)"])
  })

  it("holds nothing up where the event bus gives no answer", async () => {
    emit.mockReturnValueOnce(new Promise(() => undefined))
    const tried = emitEvent(event, emitter)
    await jest.advanceTimersByTimeAsync(2000)
    await tried

    expect(lines).toEqual([expect.stringContaining("did not answer within 2 s")])
  })
})
