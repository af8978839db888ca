import url from "node:url"
import { Modules } from "@medusajs/framework/utils"
import { type Answer, withStore } from "../store"

const JANE = "jane@shop.example"
const EMAILPASS = "/auth/customer/emailpass"
const BIG = 90_000

withStore("an adversary", (store) => {
  describe("who sends what is slow to read", () => {
    const MARKS = "e" + "\u0301\u0323".repeat(BIG / 4)
    const SOME = MARKS.slice(0, BIG / 10)
    const HAN = Array.from({ length: BIG / 3 }, (_, index) =>
      String.fromCodePoint(0x4e00 + (index % 20_000)),
    ).join("")

    /** Sends requests, and says how long the longest text is that slow functions were given. */
    const longestWorkedOn = async (send: () => Promise<unknown>) => {
      const spies = [
        jest.spyOn(url, "domainToASCII"),
        jest.spyOn(url, "domainToUnicode"),
        jest.spyOn(String.prototype, "normalize"),
      ] as const
      await send()
      await store.settled()
      const [ascii, unicode, normalize] = spies
      const texts = [
        ...[...ascii.mock.calls, ...unicode.mock.calls].map(([text]) => text),
        ...normalize.mock.contexts.map(String),
      ]
      spies.forEach((spy) => spy.mockRestore())
      return Math.max(0, ...texts.map((text) => text.length))
    }

    it.each([
      ["combining marks as password", { email: JANE, password: MARKS }],
      ["Han as email", { email: `jane@${HAN}.example`, password: "short" }],
      ["Han as identifier", { identifier: `jane@${HAN}` }],
      [
        "combining marks in all fields",
        { email: SOME, password: SOME, token: SOME, identifier: SOME },
      ],
    ])("is answered before it is read: %s", async (_, body) => {
      await store.register(JANE, "old-password")
      const token = await store.tokenFor(JANE)
      const bearer = { authorization: `Bearer ${token}` }
      const answers: Answer[] = []
      const longest = await longestWorkedOn(async () => {
        for (const path of ["", "/register", "/reset-password", "/update"]) {
          answers.push(await store.post(`${EMAILPASS}${path}`, body, bearer))
        }
      })

      expect(longest).toBeLessThan(5000)
      expect(answers.every(({ status }) => status >= 400 && status < 500)).toBe(true)
      expect((await store.login(JANE, "old-password")).status).toBe(200)
    })

    it("is refused by the auth module as well, whoever calls it", async () => {
      const auth = store.container().resolve(Modules.AUTH)
      const longest = await longestWorkedOn(async () => {
        for (const body of [
          { email: `jane@${HAN}`, password: "new-password" },
          { email: JANE, password: MARKS },
        ]) {
          expect((await auth.authenticate("emailpass", { body })).success).toBe(false)
          expect((await auth.register("emailpass", { body })).success).toBe(false)
        }
      })
      expect(longest).toBeLessThan(5000)
    })
  })

  describe("who nests metadata", () => {
    const nested = (levels: number) =>
      JSON.parse(`{"x":${"[".repeat(levels)}${"]".repeat(levels)}}`) as object

    it.each([
      ["2 000 levels", nested(2000)],
      ["six levels", nested(5)],
      ["101 values", { x: Array(100).fill(1) }],
      ["2 000 empty arrays", { x: Array(1000).fill([]) }],
    ])("is refused before an account is looked for, with %s", async (_, metadata) => {
      await store.register(JANE, "old-password")
      for (const identifier of [JANE, "nobody@shop.example"]) {
        const answer = await store.post(`${EMAILPASS}/reset-password`, { identifier, metadata })
        expect([answer.status, answer.body.message]).toEqual([
          400,
          "Field 'metadata' must not have more than 100 values, or 5 levels",
        ])
      }
      expect(await store.resets()).toEqual([])
    })

    it("may have five levels and 100 values", async () => {
      for (const metadata of [nested(4), { x: Array(99).fill(1) }]) {
        const answer = await store.post(`${EMAILPASS}/reset-password`, {
          identifier: JANE,
          metadata,
        })
        expect(answer.status).toBe(201)
      }
    })
  })
})
