/** Checks of a suite that runs outside jest. Prints each, and a line that adds them up. */
export class Checks {
  passed = 0
  failed = 0

  /**
   * Runs a check. An arrow function, so that it can be passed around.
   *
   * @returns what the check resolves to, or undefined when it fails
   */
  test = async <Result>(
    name: string,
    work: () => Result | Promise<Result>,
  ): Promise<Result | undefined> => {
    const start = performance.now()
    try {
      const result = await work()
      this.passed++
      console.log(`  ✓ ${name} (${Math.round(performance.now() - start)} ms)`)
      return result
    } catch (error) {
      this.failed++
      console.error(`  ✗ ${name}: ${messageOf(error)}`)
      return undefined
    }
  }

  /** Prints the sum and ends the process. */
  finish(): never {
    console.log(`\n${this.passed} passed, ${this.failed} failed\n`)
    process.exit(this.failed ? 1 : 0)
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function expect(condition: unknown, message: string): asserts condition {
  if (!condition) {
    throw new Error(message)
  }
}

/** Fails unless both are the same, as JSON. */
export function expectSame(found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)]
  expect(a === b, `${a} instead of ${b}`)
}

/** Fails unless the answers have these statuses. */
export function expectStatuses(answers: { status: number }[], wanted: number[]): void {
  expectSame(
    answers.map(({ status }) => status),
    wanted,
  )
}
