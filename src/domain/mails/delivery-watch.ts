import type { Logger } from "@medusajs/framework/types"
import type { DeliveryOutcome, RecordedOutcome } from "../database/outbox"

/** After how long the log may say again that deliveries fail, where they fail and recover by turns. */
const WARNING_INTERVAL_MS = 5 * 60_000
/** How many lines about single mails a minute may have. A mail server that refuses all must fill no disk. */
const LINES_PER_MINUTE = 10

/** What is written down of mails in one go: their outcomes, and what their rows say now. */
export type Delivered = {
  outcomes: readonly DeliveryOutcome[]
  recorded: readonly RecordedOutcome[]
}

/**
 * Tells the log how deliveries go: one line when they begin to fail, one when they are well again, one for each
 * mail that is given up. Never one a mail in a flood.
 */
export class DeliveryWatch {
  private isFailing = false
  private warnedAt = -Infinity
  private hasWarnedOfSilence = false
  private lines = { since: -Infinity, count: 0 }

  /** @param countWaiting how many mails wait now */
  constructor(
    private readonly logger: Pick<Logger, "info" | "warn">,
    private readonly countWaiting: () => Promise<number>,
  ) {}

  /** Takes note of what became of mails. Never throws. */
  async note({ outcomes, recorded }: Delivered): Promise<void> {
    for (const { id, status, failure_reason } of recorded) {
      if (status === "failed") {
        this.warnOfOne(`the email of ${id} has failed for good (${failure_reason})`)
      }
    }
    const silent = outcomes.find(({ is_silent }) => is_silent)
    if (silent && !this.hasWarnedOfSilence) {
      this.hasWarnedOfSilence = true
      this.warn(
        `${silent.failure_reason}, so nobody knows whether its emails are out: their resets are \`unknown\`, not ` +
          '`sent`. Let its send() throw where it fails and return { id } else, or set delivery.silence to "sent"',
      )
    }
    if (outcomes.some(({ fate }) => fate === "taken")) {
      this.recover()
      return
    }
    const failure = outcomes.find(
      ({ fate, is_permanent, is_silent }) => fate !== "taken" && !is_permanent && !is_silent,
    )
    if (failure) {
      await this.fail(failure)
    }
  }

  private async fail({ failure_reason }: DeliveryOutcome): Promise<void> {
    if (this.isFailing || Date.now() < this.warnedAt + WARNING_INTERVAL_MS) {
      return
    }
    this.isFailing = true
    this.warnedAt = Date.now()
    const waiting = await this.countWaiting().catch(() => undefined)
    this.warn(
      `emails can't be sent now (${failure_reason}). They are tried again` +
        (waiting === undefined ? "" : `; ${waiting} ${waiting === 1 ? "waits" : "wait"}`),
    )
  }

  private recover(): void {
    if (this.isFailing) {
      this.isFailing = false
      this.logger.info("medusa-plugin-password-reset: emails are sent again")
    }
  }

  private warnOfOne(line: string): void {
    if (Date.now() > this.lines.since + 60_000) {
      this.lines = { since: Date.now(), count: 0 }
    }
    this.lines.count++
    if (this.lines.count <= LINES_PER_MINUTE) {
      this.warn(line)
    } else if (this.lines.count === LINES_PER_MINUTE + 1) {
      this.warn("more emails have failed for good; find them by the status `failed`")
    }
  }

  private warn(line: string): void {
    this.logger.warn(`medusa-plugin-password-reset: ${line}`)
  }
}
