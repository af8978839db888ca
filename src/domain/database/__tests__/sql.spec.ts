import { withoutStatement } from "../sql"

describe("what the database says", () => {
  it.each([
    [
      `insert into "notification" ("to") values ('jane@shop.example', '{"link": "https://x/?token=t - u"}') - Connection terminated`,
      "Connection terminated",
    ],
    ["UPDATE password_reset SET a = b - 1 - deadlock detected", "deadlock detected"],
    ["  select 1 - terminating connection", "terminating connection"],
  ])("is kept without the statement and its values", (message, kept) => {
    expect(withoutStatement(message)).toBe(kept)
  })

  it("is what it was where there is no statement", () => {
    const message = "connect ECONNREFUSED - is it up?"
    expect(withoutStatement(message)).toBe(message)
  })
})
