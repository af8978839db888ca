/** Checks of a suite that runs outside jest; prints each, and a line that adds them up. */
export class Checks {
  passed = 0
  failed = 0

  /** Runs a check; resolves to what it resolves to, or to undefined when it fails. */
  async test(name, work) {
    const start = performance.now()
    try {
      const result = await work()
      this.passed++
      console.log(`  ✓ ${name} (${Math.round(performance.now() - start)} ms)`)
      return result
    } catch (error) {
      this.failed++
      console.error(`  ✗ ${name}: ${error.stdout ?? ""}${error.message}`)
    }
  }

  /** Prints the sum and ends the process. */
  finish() {
    console.log(`\n${this.passed} passed, ${this.failed} failed\n`)
    process.exit(this.failed ? 1 : 0)
  }
}

export function expect(condition, message) {
  if (!condition) {
    throw new Error(message)
  }
}

/** Fails unless both are the same, as JSON. */
export function expectSame(found, wanted) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)]
  expect(a === b, `${a} instead of ${b}`)
}

/** Waits until a condition holds; fails after `seconds`. */
export async function until(condition, what, seconds = 10) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await condition()) {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`waited ${seconds} s in vain for ${what}`)
}
