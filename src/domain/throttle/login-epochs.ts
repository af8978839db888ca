import { randomInt } from "node:crypto"
import { BoundedMap } from "./bounded-map"
import { askOrElse, type SharedStore } from "./shared-store"

/** How long an epoch is used before the store is asked again. */
const EPOCH_MAX_AGE_MS = 10_000
/** How many epochs are kept in memory. */
const MAX_EPOCHS = 10_000

/**
 * Numbers that are part of the keys under which failed logins are counted, one for each account. A new epoch
 * forgets the failures of all clients on an account, on every instance, without a list of these clients.
 */
export class LoginEpochs {
  private readonly stored
  private readonly known = new BoundedMap<string, { epoch: number; until: number }>(MAX_EPOCHS)

  /** @param window how long failures that were counted under an epoch are kept, in seconds */
  constructor(
    private readonly store: SharedStore,
    private readonly window: number,
  ) {
    this.stored = store.limiter("login-epoch", { limit: 1, window })
  }

  /** The epoch of an account: 0 until it is renewed. While the store is unavailable, the last known one. */
  async of(account: string): Promise<number> {
    const known = this.known.get(account)
    if (known && known.until > Date.now()) {
      return known.epoch
    }
    const stored = await askOrElse(
      this.store,
      async () => (await this.stored.get(account))?.consumedPoints ?? 0,
      () => undefined,
    )
    return stored === undefined ? (known?.epoch ?? 0) : this.remember(account, stored)
  }

  /** Starts a new epoch. While the store is unavailable, only this instance knows it. */
  async renew(account: string): Promise<void> {
    const epoch = this.remember(account, randomInt(1, 2 ** 31 - 1))
    await askOrElse<unknown>(
      this.store,
      () => this.stored.set(account, epoch, this.window),
      () => undefined,
    )
  }

  private remember(account: string, epoch: number): number {
    this.known.set(account, { epoch, until: Date.now() + EPOCH_MAX_AGE_MS })
    return epoch
  }
}
