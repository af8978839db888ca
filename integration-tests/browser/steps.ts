import { Checks, messageOf } from "../../support/checks"

/** A step that failed and has been reported. */
class ReportedError extends Error {}

/** Steps that build on each other, in parts. Prints each, and a line that adds them up. */
export class Steps {
  private readonly checks = new Checks()
  private readonly deadline: Promise<never>

  /**
   * @param timeoutMs how long all steps may take together
   * @param onFailure shows what a person needs to see why a step failed
   */
  constructor(
    timeoutMs: number,
    private readonly onFailure: () => Promise<void>,
  ) {
    this.deadline = new Promise((_, reject) => {
      const why = new Error(`the whole run took longer than ${timeoutMs / 60_000} minutes`)
      setTimeout(reject, timeoutMs, why).unref()
    })
    this.deadline.catch(() => undefined) // Whichever step runs then reports it.
  }

  /**
   * Runs a part. What a failed step leaves behind, the rest of its part can't use.
   *
   * @returns what the part resolves to, or undefined when it fails
   */
  async part<Result>(title: string, work: () => Promise<Result>): Promise<Result | undefined> {
    console.log(`\n${title}`)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ReportedError)) {
        this.checks.failed++
        console.error(`  ✗ ${error instanceof Error ? error.stack : messageOf(error)}`)
      }
      return undefined
    }
  }

  step = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    let failure: unknown
    const done = await this.checks.test(name, async () => {
      try {
        return { result: await Promise.race([this.deadline, work()]) }
      } catch (error) {
        failure = error
        throw error
      }
    })
    if (!done) {
      await this.onFailure()
      throw new ReportedError(messageOf(failure))
    }
    return done.result
  }

  /** Prints the sum and ends the process. */
  finish(): never {
    return this.checks.finish()
  }
}
