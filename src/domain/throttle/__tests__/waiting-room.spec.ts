import { Limiter } from "../limiter"
import { WaitingRooms } from "../waiting-room"
import { TestStore } from "./test-store"
import { VirtualTime } from "./virtual-time"

const INTERVAL_MS = 10_000

describe("a waiting room", () => {
  let time: VirtualTime
  let store: TestStore
  let rooms: WaitingRooms

  beforeEach(() => {
    time = new VirtualTime()
    store = new TestStore()
    rooms = new WaitingRooms(new Limiter("pace", { limit: 1, window: 10 }, store, 1))
  })

  afterEach(() => {
    rooms.close()
    jest.restoreAllMocks()
  })

  /** Lets somebody wait who has tried so often, and notes what becomes of them. */
  const wait = (key: string, tries: number) => {
    const visitor = { state: "waits" }
    void rooms.wait(key, tries).then(({ allowed }) => {
      visitor.state = allowed ? "in" : "out"
    })
    return visitor
  }
  /** Uses up the turn that is free. */
  const takeTurn = async (key: string) => {
    wait(key, 0)
    await time.pass(1)
  }

  it("gives turns to those who have tried least, whoever came first", async () => {
    await takeTurn("jane")
    const [third, first, second] = [wait("jane", 9), wait("jane", 1), wait("jane", 2)]
    await time.pass(INTERVAL_MS)
    expect([first.state, second.state, third.state]).toEqual(["in", "waits", "waits"])
    await time.pass(INTERVAL_MS)

    expect([first.state, second.state, third.state]).toEqual(["in", "in", "waits"])
  })

  it("draws lots among those who have tried as often", async () => {
    const lot = jest.spyOn(Math, "random")
    await takeTurn("jane")
    const [early, late, latest] = [wait("jane", 1), wait("jane", 1), wait("jane", 1)]
    lot.mockReturnValueOnce(0.5)
    await time.pass(INTERVAL_MS)
    expect([early.state, late.state, latest.state]).toEqual(["waits", "in", "waits"])
    lot.mockReturnValueOnce(0.9)
    await time.pass(INTERVAL_MS)

    expect([early.state, late.state, latest.state]).toEqual(["waits", "in", "in"])
  })

  it("makes room for who has tried less by sending the one away who has tried most", async () => {
    await takeTurn("jane")
    const pollers = [10, 11, 12].map((tries) => wait("jane", tries))
    expect(rooms.isFull("jane", 13)).toBe(true)
    expect(rooms.isFull("jane", 11)).toBe(false)
    const owner = wait("jane", 1)
    await time.pass(INTERVAL_MS)

    expect(owner.state).toBe("in")
    expect(pollers.map(({ state }) => state)).toEqual(["waits", "waits", "out"])
  })

  it("has as many places as turns come in half a minute, and one at least", async () => {
    for (const [interval, places] of [
      [1, 30],
      [10, 3],
      [3600, 1],
    ] as const) {
      const pace = new Limiter(`pace ${interval}`, { limit: 1, window: interval }, store, 1)
      expect(new WaitingRooms(pace)["places"]).toBe(places)
    }
  })

  it("holds no more than a thousand for all keys, and sends away from the fullest room", async () => {
    for (let account = 0; account < 400; account++) {
      await takeTurn(`account ${account}`)
    }
    const crowd = Array.from({ length: 1000 }, (_, i) => wait(`account ${i % 400}`, 2))
    const owner = wait("jane", 1)
    await time.pass(1)

    expect(owner.state).toBe("in")
    expect(crowd.filter(({ state }) => state === "out")).toHaveLength(1)
    expect(rooms["waiting"]).toBe(999)
  })

  it("is gone when the last has left", async () => {
    await takeTurn("jane")
    wait("jane", 1)
    await time.pass(2 * INTERVAL_MS)

    expect([rooms["rooms"].size, rooms["waiting"]]).toEqual([0, 0])
  })

  it("fails all who wait where the pace can't be asked for a fault of ours", async () => {
    jest.spyOn(store, "ask").mockRejectedValue(new TypeError("a fault of ours"))

    await expect(rooms.wait("jane", 1)).rejects.toThrow("a fault of ours")
    expect(rooms["waiting"]).toBe(0)
  })
})
