import { connect, type Socket } from "node:net"
import url from "node:url"
import { Modules } from "@medusajs/framework/utils"
import { hashingQueue } from "../../src/domain/passwords/hashing-queue"
import { until } from "../inbox"
import { type Answer, withStore } from "../store"

const JANE = "jane@shop.example"
const EMAILPASS = "/auth/customer/emailpass"
const BIG = 90_000

withStore("an adversary", (store) => {
  const sockets: Socket[] = []

  afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()))

  /** Sends text over a connection of its own, and reads nothing of what comes back. */
  const sendUnread = async (text: string) => {
    const { hostname, port } = new URL(store.url)
    const socket = connect(Number(port), hostname)
    sockets.push(socket.pause())
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject)
      socket.write(text, () => resolve())
    })
    return socket
  }
  const requestText = (method: string, path: string, body = "", headers: string[] = []) =>
    [
      `${method} ${path} HTTP/1.1`,
      "host: shop.example",
      ...headers,
      ...(body ? ["content-type: application/json", `content-length: ${body.length}`] : []),
      "",
      body,
    ].join("\r\n")

  it("who reads no answers on one connection takes nobody's place in the queue for hashing", async () => {
    await store.register(JANE, "old-password")
    // All of it fits into one read of Node's, so that it is parsed before the first answer waits. The answers
    // are more than the kernel buffers for a client that does not read.
    const { "x-publishable-api-key": key } = await store.publishableKey()
    const get = `GET /store/currencies?limit=200 HTTP/1.1\r\nhost: a\r\nx-publishable-api-key: ${key}\r\n\r\n`
    const update = requestText("POST", `${EMAILPASS}/update`, '{"password":"x"}', [
      "authorization: Bearer bad.bad.bad",
    ])
    const enter = jest.spyOn(hashingQueue, "enter")
    await sendUnread(get.repeat(300) + update.repeat(100))
    await until(() => enter.mock.calls.length >= 100, "the work")
    enter.mockRestore()

    await store.roomToHash(JANE, "old-password", 60_000)
  })

  it.each([
    [
      "half of a body",
      requestText("POST", EMAILPASS, `{"email":"${JANE}","password":"x"}`).slice(0, -9),
    ],
    ["half of a header", requestText("POST", EMAILPASS).slice(0, -6)],
    [
      "a multipart body without an end",
      requestText("POST", EMAILPASS, "", [
        "content-type: multipart/form-data; boundary=x",
        "content-length: 9000",
      ]) + '--x\r\ncontent-disposition: form-data; name="email"\r\n\r\n',
    ],
  ])("who sends %s, a hundred times, takes nobody's place", async (_, text) => {
    await store.register(JANE, "old-password")
    for (let count = 0; count < 110; count++) {
      await sendUnread(text)
    }
    const answers = await Promise.all([1, 2, 3].map(() => store.login(JANE, "old-password")))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  })

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
