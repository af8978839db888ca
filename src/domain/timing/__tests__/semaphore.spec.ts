import { Semaphore } from "../semaphore"

const soon = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe("turns", () => {
  it("let so many work at once, and all in the end", async () => {
    const turns = new Semaphore(2, 5000)
    let working = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++working)
      await soon(5)
      working--
    }
    await Promise.all(Array.from({ length: 9 }, () => turns.take(work)))

    expect(most).toBe(2)
  })

  it("pass on after a failure", async () => {
    const turns = new Semaphore(1, 5000)
    await expect(turns.take(() => Promise.reject(new Error("no")))).rejects.toThrow("no")

    expect(await turns.take(async () => "yes")).toBe("yes")
  })

  it("never begin what has waited too long", async () => {
    const turns = new Semaphore(1, 10)
    let begun = false
    const first = turns.take(() => soon(60))
    const second = turns.take(async () => {
      begun = true
    })

    await expect(second).rejects.toThrow("too slow")
    await first
    expect(begun).toBe(false)
    expect(await turns.take(async () => "free again")).toBe("free again")
  })
})
