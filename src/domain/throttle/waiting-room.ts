import type { Limiter, Refusal, Verdict } from "./limiter"

/** How long somebody waits for a turn at most. Proxies and browsers wait longer. */
const MAX_WAIT_MS = 30_000
/** How many wait for any key of a limit, since each holds a connection and its request. */
const MAX_WAITERS = 1000

type Waiter = {
  /** How often whoever waits has tried lately. */
  tries: number
  end: (verdict: Verdict) => void
  fail: (error: unknown) => void
}

type Room = {
  waiters: Set<Waiter>
  /** Whether a turn was given back since the last one was asked for. */
  isWoken: boolean
  /** Ends the pause until the next turn. */
  endPause: () => void
}

/**
 * Where attempts wait, by key, for a turn that comes at a fixed pace. Each turn goes to the one who has tried
 * least, by lot among equals. Where there is no place left, the one goes who has tried most: asking more
 * often helps nobody.
 */
export class WaitingRooms {
  private readonly rooms = new Map<string, Room>()
  private waiting = 0
  private isClosed = false

  /**
   * @param pace admits one attempt per interval, on all instances together
   * @param places how many wait for one key
   */
  constructor(
    private readonly pace: Limiter,
    private readonly places = turnsInTime(pace),
  ) {}

  /** What somebody is told who got no turn. */
  get refusal(): Refusal {
    const { limit } = this.pace
    return { allowed: false, limit, retryAfter: limit.window }
  }

  /** Whether a room has no place for somebody who has tried so often. */
  isFull(key: string, tries: number): boolean {
    const waiters = this.rooms.get(key)?.waiters
    return (
      waiters !== undefined &&
      waiters.size >= this.places &&
      [...waiters].every((waiter) => waiter.tries < tries)
    )
  }

  /** Waits for a turn. Whoever gets one and takes it back, gives it to the next at once. */
  async wait(key: string, tries: number): Promise<Verdict> {
    if (this.isClosed) {
      return this.refusal
    }
    return new Promise((resolve, reject) => {
      const room = this.roomOf(key)
      const timer = setTimeout(() => waiter.end(this.refusal), MAX_WAIT_MS)
      const leave = () => {
        clearTimeout(timer)
        this.waiting -= Number(room.waiters.delete(waiter))
      }
      const waiter: Waiter = {
        tries,
        end: (verdict) => {
          leave()
          resolve(verdict)
        },
        fail: (error) => {
          leave()
          reject(error)
        },
      }
      room.waiters.add(waiter)
      this.waiting++
      this.makeRoom(room)
      if (!this.rooms.has(key)) {
        this.rooms.set(key, room)
        void this.giveTurns(key, room)
      }
    })
  }

  /** Lets those who wait for a key try at once. */
  async clear(key: string): Promise<void> {
    await this.pace.clear(key)
    wake(this.rooms.get(key))
  }

  /** Refuses all who wait, and whoever comes later: the shop is shutting down. */
  close(): void {
    this.isClosed = true
    for (const room of this.rooms.values()) {
      room.waiters.forEach((waiter) => waiter.end(this.refusal))
      wake(room)
    }
  }

  private roomOf(key: string): Room {
    return this.rooms.get(key) ?? { waiters: new Set(), isWoken: false, endPause: () => undefined }
  }

  /** Turns somebody away where too many wait for the key, or, in the fullest room, where too many wait in all. */
  private makeRoom(room: Room) {
    if (room.waiters.size > this.places) {
      last(room)?.end(this.refusal)
    } else if (this.waiting > MAX_WAITERS) {
      const fullest = [...this.rooms.values()].reduce(
        (one, other) => (other.waiters.size > one.waiters.size ? other : one),
        room,
      )
      last(fullest)?.end(this.refusal)
    }
  }

  /** Gives turns until nobody waits. */
  private async giveTurns(key: string, room: Room) {
    try {
      while (room.waiters.size > 0) {
        room.isWoken = false
        const turn = await this.pace.consume(key)
        if (!turn.allowed) {
          await pause(room, turn.retryAfter * 1000)
          continue
        }
        const takeBack = async () => {
          await turn.takeBack()
          wake(this.rooms.get(key))
        }
        const next = first(room)
        if (next) {
          next.end({ allowed: true, takeBack })
        } else {
          await turn.takeBack()
        }
      }
    } catch (error) {
      room.waiters.forEach((waiter) => waiter.fail(error))
    } finally {
      this.rooms.delete(key)
    }
  }
}

/** How many get a turn before they have waited too long, if none is given back. */
function turnsInTime(pace: Limiter): number {
  return Math.max(1, Math.floor(MAX_WAIT_MS / 1000 / pace.limit.window))
}

/** Waits some time, or until the room is woken. */
async function pause(room: Room, milliseconds: number): Promise<void> {
  if (room.isWoken) {
    return
  }
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    room.endPause = () => {
      clearTimeout(timer)
      resolve()
    }
  })
}

function wake(room: Room | undefined) {
  if (room) {
    room.isWoken = true
    room.endPause()
  }
}

/** Whose turn it is. */
function first({ waiters }: Room): Waiter | undefined {
  return byLot(waiters, Math.min)
}

/** Who must go if anybody must. */
function last({ waiters }: Room): Waiter | undefined {
  return byLot(waiters, Math.max)
}

/** One of those whose number of tries is the least, or the most. */
function byLot(waiters: Set<Waiter>, extreme: typeof Math.min): Waiter | undefined {
  const tries = extreme(...[...waiters].map((waiter) => waiter.tries))
  const equals = [...waiters].filter((waiter) => waiter.tries === tries)
  return equals[Math.floor(Math.random() * equals.length)]
}
