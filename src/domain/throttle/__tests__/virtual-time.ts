type Timer = { at: number; callback: () => void; unref: () => Timer }

/**
 * A clock that jumps from timer to timer, for simulations of hours. jest's own timers wait a real millisecond
 * for each.
 */
export class VirtualTime {
  private now = Date.parse("2026-11-21T12:00:00Z")
  private timers: Timer[] = []

  /** Replaces the clock and the timers of the process until jest restores its mocks. */
  constructor() {
    jest.spyOn(Date, "now").mockImplementation(() => this.now)
    const set = (callback: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) =>
      this.add(this.now + milliseconds, () => callback(...args))
    jest.spyOn(global, "setTimeout").mockImplementation(set as unknown as typeof setTimeout)
    jest.spyOn(global, "clearTimeout").mockImplementation((timer) => {
      if (timer) {
        ;(timer as unknown as Timer).callback = () => undefined // Cheaper than to look for it.
      }
    })
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.add(this.now + milliseconds, resolve))
  }

  /** Lets so much time pass, and all work be done that it brings. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds
    await settle()
    while (this.timers.length > 0 && this.timers[0]!.at <= end) {
      const timer = this.timers.shift()!
      this.now = Math.max(this.now, timer.at)
      timer.callback()
      await settle()
    }
    this.now = end
  }

  private add(at: number, callback: () => void): Timer {
    const timer: Timer = { at, callback, unref: () => timer }
    this.timers.splice(this.placeOf(at), 0, timer)
    return timer
  }

  /** Where a timer belongs that comes after all others of its time. */
  private placeOf(at: number): number {
    let [low, high] = [0, this.timers.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.timers[middle]!.at > at) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}

/** Lets all promises be settled that can be. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
