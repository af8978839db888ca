import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { type IncomingMessage, type ServerResponse } from "node:http"
import { connect, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { hashingQueue } from "../../src/domain/passwords/hashing-queue"
import { until } from "../inbox"
import { withStore } from "../store"

const EMAILPASS = "/auth/customer/emailpass"
const UPDATE_PATH = `${EMAILPASS}/update`
const PASSWORD = "old-password"
/** Failed logins of one client on one account. */
const LOGIN_LIMIT = 4
/** Each test has its own account, since the store goes on counting its failures. */
let JANE = ""
let nextPerson = 0

type Exchange = { request: IncomingMessage; response: ServerResponse }

withStore(
  "a client that reads no answers",
  (store) => {
    const sockets: Socket[] = []
    /** All requests that the server has begun. */
    const exchanges: Exchange[] = []
    const note = (exchange: unknown) => exchanges.push(exchange as Exchange)

    beforeEach(async () => {
      exchanges.length = 0
      subscribe("http.server.request.start", note)
      JANE = `jane-${++nextPerson}@shop.example`
      await store.register(JANE, PASSWORD)
    })
    afterEach(() => {
      unsubscribe("http.server.request.start", note)
      sockets.splice(0).forEach((socket) => socket.destroy())
    })

    /** Opens a connection that reads nothing, and sends a text over it. */
    const sendUnread = async (text: string) => {
      const { hostname, port } = new URL(store.url)
      const socket = connect(Number(port), hostname)
      sockets.push(socket.pause())
      await send(socket, text)
      return socket
    }
    const send = (socket: Socket, text: string) =>
      new Promise<void>((resolve, reject) =>
        socket.write(text, (error) => (error ? reject(error) : resolve())),
      )
    const requestText = (method: string, path: string, body = "", headers: string[] = []) =>
      [
        `${method} ${path} HTTP/1.1`,
        "host: a",
        ...headers,
        ...(body ? ["content-type: application/json", `content-length: ${body.length}`] : []),
        "",
        body,
      ].join("\r\n")
    const loginText = (password: string, email = JANE) =>
      requestText("POST", EMAILPASS, JSON.stringify({ email, password }))
    const UPDATE = requestText("POST", UPDATE_PATH, '{"password":"x"}', [
      "authorization: Bearer bad.bad.bad",
    ])
    const MULTIPART =
      requestText("POST", EMAILPASS, "", [
        "content-type: multipart/form-data; boundary=x",
        "content-length: 9000",
      ]) + '--x\r\ncontent-disposition: form-data; name="email"\r\n\r\n'
    /** Requests whose answers are more than the kernel buffers for a client that does not read. */
    const fill = async () => {
      const { "x-publishable-api-key": key } = await store.publishableKey()
      const get = requestText("GET", "/store/currencies?limit=200", "", [
        `x-publishable-api-key: ${key}`,
      ])
      return get.repeat(300)
    }
    /** Requests to a path that are answered, while their client has not read so far. */
    const unread = (path: string) =>
      exchanges.filter(
        ({ request, response }) =>
          request.url === path && response.writableEnded && !response.writableFinished,
      )

    describe("holds no place in the queue for hashing", () => {
      const UPDATES = 100
      const LOGIN = loginText("wrong-password", "nobody@shop.example")

      it.each([
        ["reads nothing", ""],
        ["sends half of a header after them", LOGIN.slice(0, 20)],
        ["sends half of a body after them", LOGIN.slice(0, -9)],
        ["sends a multipart body without an end after them", MULTIPART],
      ])("who sends 100 requests at once and %s", async (_, tail) => {
        // All of it fits into one read of Node's, so that it is parsed before the first answer waits.
        await sendUnread((await fill()) + UPDATE.repeat(UPDATES) + tail)
        await until(() => unread(UPDATE_PATH).length === UPDATES, "the answers")

        expect(hashingQueue["admitted"]).toBe(0)
        expect((await store.login(JANE, PASSWORD)).status).toBe(200)
        expect(unread(UPDATE_PATH)).toHaveLength(UPDATES) // It still reads nothing.
      })

      it("who sends one request after the other, and reads the answers late", async () => {
        const socket = await sendUnread("")
        const gets = await fill()
        const few = gets.slice(0, gets.length / 100)
        // Node reads no more of a connection whose answers wait, so that the requests come in portions.
        for (let portion = 0; portion < 100; portion++) {
          socket.write(few + UPDATE)
          await sleep(1)
        }
        await until(() => unread(UPDATE_PATH).length > 0, "an answer that is not read")
        expect(hashingQueue["admitted"]).toBe(0)

        let text = ""
        socket.on("data", (chunk) => (text += chunk.toString("latin1"))).resume()
        await until(() => text.split("HTTP/1.1 401").length > 100, "all answers")
        expect(text.split("HTTP/1.1 200")).toHaveLength(301)
        expect(hashingQueue["admitted"]).toBe(0)
      })
    })

    describe("holds nothing before its request is there as a whole", () => {
      const LOGIN = loginText("wrong-password", "nobody@shop.example")

      it.each([
        ["a header", LOGIN.indexOf("content-type"), 0],
        ["a body", LOGIN.length - 9, 110],
      ])("who sends half of %s, 110 times", async (_, half, requests) => {
        const enter = jest.spyOn(hashingQueue, "enter")
        const before = exchanges.length
        const open = []
        for (let count = 0; count < 110; count++) {
          open.push(await sendUnread(LOGIN.slice(0, half)))
        }
        await until(() => exchanges.length - before >= requests, "the server to wait for the rest")

        expect((await store.login(JANE, PASSWORD)).status).toBe(200)
        expect(enter).toHaveBeenCalledTimes(1)

        // Each was a login that only lacked its end.
        await send(open[0]!, LOGIN.slice(half))
        await until(() => enter.mock.calls.length === 2, "the login")
        enter.mockRestore()
      })
    })

    describe("has its logins settled", () => {
      const logins = async (password: string) => {
        await sendUnread((await fill()) + loginText(password).repeat(LOGIN_LIMIT))
        await until(() => unread(EMAILPASS).length === LOGIN_LIMIT, "the answers")
      }
      const next = async () => (await store.login(JANE, "wrong-password")).status

      it("failures count", async () => {
        await logins("wrong-password")
        expect(await next()).toBe(429)
      })

      it("successes do not", async () => {
        await logins(PASSWORD)
        await until(async () => (await next()) === 401, "the successes to be settled", 20_000)
      })
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.throttle.login.perIdentifierAndIp = {
      limit: LOGIN_LIMIT,
      window: 900,
    }
  },
)
