import { Semaphore } from "../semaphore"

const soon = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe("turns", () => {
  it("let so many work at once, and all in the end", async () => {
    const semaphore = new Semaphore(2)
    let working = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++working)
      await soon(5)
      working--
    }
    await Promise.all(Array.from({ length: 9 }, () => semaphore.run(work)))

    expect(most).toBe(2)
  })

  it("pass on after a failure", async () => {
    const semaphore = new Semaphore(1)
    await expect(semaphore.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no")

    expect(await semaphore.run(async () => "yes")).toBe("yes")
  })

  it("never begin what has waited too long", async () => {
    const semaphore = new Semaphore(1, { maxWaitMs: 10, tooLong: () => new Error("too slow") })
    let begun = false
    const first = semaphore.run(() => soon(60))
    const second = semaphore.run(async () => {
      begun = true
    })

    await expect(second).rejects.toThrow("too slow")
    await first
    expect(begun).toBe(false)
    expect(await semaphore.run(async () => "free again")).toBe("free again")
  })
})
