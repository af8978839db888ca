import { foldAddress } from "../address"
import { mailboxOf } from "../mailbox"

describe("the mailbox of an address", () => {
  it.each([
    "vic@shop.example",
    "VIC@Shop.Example",
    " vic@shop.example ",
    "vic+0@shop.example",
    "vic+a+b@shop.example",
    '"vic"@shop.example',
    '"v\\ic"@shop.example',
    '"vic+1"@shop.example',
    'v"ic"@shop.example',
    "vic(a)@shop.example",
    "(a(b@c)\\))vic@shop.example",
    "vic @ shop.example",
    "vic@shop.example(a@b)",
    "vic@(a)SHOP.example",
    "vic@shop.example.",
  ])("is one for %j", (spelling) => {
    expect(mailboxOf(spelling)).toBe("vic@shop.example")
  })

  it.each(["vic.tor@x.example", "+tag@x.example", '"a@b"@x.example', "v-ic@x.example"])(
    "of %j is nobody else's",
    (address) => {
      expect(mailboxOf(address)).toBe(foldAddress(address.replace(/"/g, "")))
    },
  )

  it.each(["", "vic", "@", "vic@", '"vic@shop.example', "(vic@shop.example", "a".repeat(100_000)])(
    "of what is no address is the text itself",
    (text) => {
      expect(mailboxOf(text)).toBe(foldAddress(text))
    },
  )
})
