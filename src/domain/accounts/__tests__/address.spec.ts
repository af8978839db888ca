import { foldAddress, isAmbiguous, pickAccount, storedSpellings } from "../address"

const account = (entity_id: string) => ({ entity_id })

describe("folding an address", () => {
  it.each([
    ["  Jane@Shop.EXAMPLE ", "jane@shop.example"],
    ["\u202A jane@shop.example \u202C", "jane@shop.example"], // As copied from a chat.
    ["ja\u200Bne@\u200Eshop.exam\u00ADple\uFEFF", "jane@shop.example"],
    ["ن\u200Cا@shop.example", "ن\u200Cا@shop.example"],
    ["JANE+Tag@shop.example", "jane+tag@shop.example"],
    ["jane@BÜCHER.example", "jane@xn--bcher-kva.example"],
    ['"a@b"@Shop.example', '"a@b"@shop.example'],
    ["jane@Shop.example/x", "jane@shop.example/x"],
    ["jane@shop%2Eexample", "jane@shop%2eexample"],
    ["jane@shop.example#", "jane@shop.example#"],
    ["bob@12", "bob@12"],
    ["bob@[127.0.0.1]", "bob@[127.0.0.1]"],
    ["Admin", "admin"],
    ["jane@", "jane@"],
    ["jane@not a domain", "jane@not a domain"],
  ])("%j means %j", (typed, folded) => {
    expect(foldAddress(typed)).toBe(folded)
    expect(foldAddress(folded)).toBe(folded)
  })

  it("keeps apart what only Unicode's case rules would merge", () => {
    expect(foldAddress("MİKE@x.example")).not.toBe(foldAddress("mike@x.example"))
    expect(foldAddress("ıan@x.example")).not.toBe(foldAddress("IAN@x.example"))
    expect(foldAddress("KAY@x.example")).not.toBe(foldAddress("\u212aAY@x.example")) // Kelvin sign
  })

  it("looks for every spelling under which an account may be stored", () => {
    expect(storedSpellings("Jane@Bücher.Example")).toEqual([
      "jane@xn--bcher-kva.example",
      "jane@bücher.example",
    ])
    expect(storedSpellings("jane@xn--bcher-kva.example")).toContain("jane@bücher.example")
  })
})

describe("the account that an address means", () => {
  it("is the only one that folds alike", () => {
    expect(pickAccount("JANE@x.example", [account("Jane@X.example")])).toEqual(
      account("Jane@X.example"),
    )
  })

  it("is none that merely looks alike", () => {
    expect(pickAccount("jane@x.example", [account("janet@x.example")])).toBeUndefined()
  })

  it("is the exact one where several fold alike, and none without an exact one", () => {
    const twins = [account("Jane@x.example"), account("JANE@x.example")]

    expect(pickAccount("JANE@x.example", twins)).toBe(twins[1])
    expect(pickAccount("jane@x.example", twins)).toBeUndefined()
    expect(isAmbiguous("jane@x.example", twins)).toBe(true)
    expect(isAmbiguous("jane@x.example", twins.slice(1))).toBe(false)
  })
})
