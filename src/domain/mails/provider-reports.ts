import type { MailFate } from "./mail-fate"

type Listener = (key: string, fate: MailFate) => void

/**
 * What notification providers tell of each mail as soon as it has ended. The Notification Module waits for the
 * slowest mail of a call.
 */
class ProviderReports {
  private readonly channels = new Set<string>()
  private readonly listeners = new Map<string, Listener>()

  /** Notes that a provider of this process tells of each mail that it sends on these channels. */
  announce(channels: readonly string[]): void {
    for (const channel of channels) {
      this.channels.add(channel)
    }
  }

  /** Whether each mail on a channel is told of by itself. */
  serve(channel: string): boolean {
    return this.channels.has(channel)
  }

  /**
   * Listens for the ends of mails.
   *
   * @param keys idempotency keys of their notifications
   * @returns what ends it
   */
  listen(keys: readonly string[], listener: Listener): () => void {
    for (const key of keys) {
      this.listeners.set(key, listener)
    }
    return () => {
      for (const key of keys) {
        this.listeners.delete(key)
      }
    }
  }

  /** Tells what became of a mail. */
  tell(key: string, fate: MailFate): void {
    this.listeners.get(key)?.(key, fate)
  }
}

export const providerReports = new ProviderReports()
