import { container as root } from "@medusajs/framework"
import { asValue } from "@medusajs/framework/awilix"
import type { MedusaContainer } from "@medusajs/framework/types"
import sweepPasswordResets from "../sweep-password-resets"

describe("the sweep, when Medusa's jobs are gone", () => {
  let sweeps: number[]
  let stops: (() => Promise<void>)[]
  let container: MedusaContainer

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 })
    sweeps = []
    stops = []
    // The database is away as well: that must not be the end of it.
    const giveUp = async () => {
      sweeps.push(Date.now() / 1000)
      throw new Error("away")
    }
    const passwordReset = {
      giveUp,
      tables: { areMissing: async () => false },
      workerSlot: {},
      onShutdown: (stop: () => Promise<void>) => stops.push(stop),
    }
    root.register({
      passwordReset: asValue(passwordReset as never),
      logger: asValue({ warn: () => undefined } as never),
    })
    // As Medusa does for a job: each look at the container gives another proxy of the service.
    container = {
      resolve: (name: string) => new Proxy(root.resolve<object>(name), {}),
    } as unknown as MedusaContainer
  })
  afterEach(() => jest.useRealTimers())

  /** Lets time go by. */
  const pass = (seconds: number) => jest.advanceTimersByTimeAsync(seconds * 1000)

  it("never begins by itself", async () => {
    await pass(300)

    expect(sweeps).toEqual([])
  })

  it("goes on every thirty seconds once a job has come", async () => {
    await sweepPasswordResets(container)
    await pass(100)

    expect(sweeps).toEqual([0, 30, 60, 90])
  })

  it("leaves the sweeps to the jobs as long as they come", async () => {
    for (let job = 0; job < 5; job++) {
      await sweepPasswordResets(container)
      await pass(20)
    }

    expect(sweeps).toEqual([0, 20, 40, 60, 80])
    expect(stops).toHaveLength(1) // One worker, however often a job asks for it.
  })

  it("ends with the shop, even if a job still comes", async () => {
    await sweepPasswordResets(container)
    await stops[0]!()
    await sweepPasswordResets(container)
    await pass(100)

    expect(sweeps).toEqual([0, 0])
  })
})
