import { isResetId, newNoticeId, newResetId } from "../ids"

describe("the id of a reset", () => {
  it("is recognised, and nothing else is", () => {
    expect(isResetId(newResetId())).toBe(true)
    for (const other of [newNoticeId(), "pwres_", "pwres_\0", `${newResetId()}0`, "PWRES_1", ""]) {
      expect(isResetId(other)).toBe(false)
    }
  })

  it("sorts by the time at which it was made", async () => {
    const first = newResetId()
    await new Promise((resolve) => setTimeout(resolve, 2))
    expect(first < newResetId()).toBe(true)
  })
})
