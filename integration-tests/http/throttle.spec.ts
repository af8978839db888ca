import { request } from "node:http"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { Redis } from "ioredis"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { hashingQueue } from "../../src/domain/passwords/hashing-queue"
import { until } from "../inbox"
import { type Answer, answersTo, withStore } from "../store"

const PER_IP = { limit: 6, window: 60 }
const PER_IDENTIFIER = { limit: 3, window: 60 }

/** Each test has its own email address and client addresses, so that none uses up another's limits. */
let JANE = ""
let nextNetwork = 0
const network = () => {
  const third = ++nextNetwork
  return (host: number) => ({ "x-forwarded-for": `192.0.${third}.${host}` })
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Sends a request that fetch would refuse, such as a GET with a body. Resolves to the status. */
const rawRequest = (
  base: string,
  method: string,
  path: string,
  body: string,
  headers: Record<string, string>,
) =>
  new Promise<number | undefined>((resolve, reject) => {
    const length = { "content-type": "application/json", "content-length": Buffer.byteLength(body) }
    request(`${base}${path}`, { method, headers: { ...headers, ...length } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on("error", reject)
      .end(body)
  })

withStore(
  "throttles",
  (store) => {
    beforeEach(() => {
      JANE = `jane-${++nextNetwork}@shop.example`
    })
    const requestFrom = (headers: Record<string, string>, identifier: string) =>
      store.post("/auth/customer/emailpass/reset-password", { identifier }, headers)
    const loginFrom = (headers: Record<string, string>, password: string, email = JANE) =>
      store.post("/auth/customer/emailpass", { email, password }, headers)
    const statuses = (answers: Answer[]) => answers.map(({ status }) => status)
    const expectTooMany = ({ status, body, headers }: Answer, window = PER_IP.window) => {
      expect([status, body.type, body.code]).toEqual([429, "not_allowed", "too_many_requests"])
      expect(body.message).toMatch(/^Too many requests\. Try again in \d+ seconds?\.$/)
      const wait = Number(headers.get("retry-after"))
      expect(wait).toBeGreaterThan(0)
      expect(wait).toBeLessThanOrEqual(window)
      expect(headers.get("ratelimit")).toBe(`"default";r=0;t=${wait}`)
      expect(headers.get("access-control-expose-headers")).toContain("Retry-After")
    }
    /** Registers from a client address of its own, since registrations are limited as well. */
    const account = async (email = JANE, password = "old-password") => {
      await store.request(
        "POST",
        "/auth/customer/emailpass/register",
        { email, password },
        network()(1),
      )
    }

    /** Makes an account with an actor. */
    const person = async (actor: "customer" | "user" = "customer") => {
      await account()
      await (actor === "user" ? store.becomeUser(JANE) : store.becomeCustomer(JANE))
    }

    describe("of requests", () => {
      it("answer one client with 429 past its limit, and another as ever", async () => {
        const from = network()
        const answers = await answersTo(PER_IP.limit + 2, (index) =>
          requestFrom(from(1), `${index}-${JANE}`),
        )

        expect(statuses(answers)).toEqual([...Array(PER_IP.limit).fill(201), 429, 429])
        answers.slice(PER_IP.limit).forEach((answer) => expectTooMany(answer))
        expect(answers.at(-1)!.headers.get("ratelimit-policy")).toBe(
          `"default";q=${PER_IP.limit};w=${PER_IP.window}`,
        )
        expect((await requestFrom(from(2), JANE)).status).toBe(201)
      })

      it("let no client through that makes up who it is", async () => {
        const from = network()
        const forged = (index: number) => ({
          "x-forwarded-for": `198.51.100.${index}, ${from(1)["x-forwarded-for"]}`,
        })
        const answers = await answersTo(PER_IP.limit + 1, (index) =>
          requestFrom(forged(index), `${index}-${JANE}`),
        )

        expect(answers.at(-1)!.status).toBe(429)
      })

      it("count an IPv6 client by its /64", async () => {
        const answers = await answersTo(PER_IP.limit + 1, (index) =>
          requestFrom({ "x-forwarded-for": `2001:db8:7::${index + 1}` }, `${index}-${JANE}`),
        )

        expect(answers.at(-1)!.status).toBe(429)
        const neighbour = { "x-forwarded-for": "2001:db8:8::1" }
        expect((await requestFrom(neighbour, JANE)).status).toBe(201)
      })

      it("count a /48 of many IPv6 clients as ten", async () => {
        const limit = 10 * PER_IP.limit
        const answers = await answersTo(limit + 1, (index) =>
          requestFrom({ "x-forwarded-for": `2001:db8:9:${index + 1}::1` }, `${index}-${JANE}`),
        )

        expect(statuses(answers)).toEqual([...Array(limit).fill(201), 429])
        const neighbour = { "x-forwarded-for": "2001:db8:a:1::1" }
        expect((await requestFrom(neighbour, JANE)).status).toBe(201)
      })

      it.each([
        ["a known", true],
        ["an unknown", false],
      ])("answer as ever for %s address past its limit, and send no mail", async (_, known) => {
        const from = network()
        const email = `${known ? "known" : "unknown"}@shop.example`
        if (known) {
          await account(email)
        }
        const spellings = [email, email.toUpperCase(), ` ${email}`, email, email]
        const answers = await answersTo(spellings.length, (index) =>
          requestFrom(from(index + 1), spellings[index]!),
        )
        await store.settled()

        for (const { status, body } of answers) {
          expect([status, body]).toEqual([201, { text: "Created" }])
        }
        expect(await store.resets()).toHaveLength(PER_IDENTIFIER.limit)
        expect(store.inbox.mails.length > 0).toBe(known) // Requests of one batch share an email.
      })

      it("give one mailbox its share of mails, in 44 spellings, and its owner another", async () => {
        const from = network()
        const quoted = `"jane"${JANE.slice(4)}`
        const tagged = Array.from({ length: 42 }, (_, tag) => JANE.replace("@", `+${tag}@`))
        const spellings = [quoted, JANE.replace("@", "(a)@"), ...tagged]
        await Promise.all(spellings.map((spelling) => account(spelling)))
        for (const [index, spelling] of spellings.entries()) {
          const { status } = await requestFrom(from(index), spelling)
          expect(status).toBe(201)
        }
        await store.settled()
        expect(store.inbox.mails).toHaveLength(PER_IDENTIFIER.limit)

        await person()
        expect((await store.mailFor(JANE)).recipients).toEqual([JANE])
      })

      it("keep the link alive that was sent before the limit", async () => {
        await account()
        const from = network()
        const tokens: string[] = []
        for (let index = 0; index < PER_IDENTIFIER.limit; index++) {
          tokens.push(await store.tokenFor(JANE))
        }
        await requestFrom(from(1), JANE)
        await store.settled()

        const update = await store.update(tokens.at(-1)!, { password: "new-password" })

        expect(update.status).toBe(200)
      })

      it("can't be used up by asking for an actor that the account does not have", async () => {
        await person()
        const from = network()
        for (let index = 0; index < PER_IDENTIFIER.limit + 2; index++) {
          await store.post(
            `/auth/user/emailpass/reset-password`,
            { identifier: JANE },
            from(index + 1),
          )
        }
        await store.settled()
        expect(store.inbox.mails).toHaveLength(0)

        expect((await store.check(await store.tokenFor(JANE))).status).toBe(200)
      })

      it("hold for the mails of an account, whatever its actors", async () => {
        await store.storeAccount(JANE, { customer_id: "cus_1", vendor_id: "ven_1" })
        for (let index = 0; index < PER_IDENTIFIER.limit; index++) {
          await store.tokenFor(JANE, index % 2 ? "vendor" : "customer")
        }
        await store.post(
          `/auth/vendor/emailpass/reset-password`,
          { identifier: JANE },
          network()(1),
        )
        await store.settled()

        expect(store.inbox.mails).toHaveLength(PER_IDENTIFIER.limit)
        expect((await store.resets())[0]!.status).toBe("superseded")
      })
    })

    describe("of tokens", () => {
      const BAD = { authorization: "Bearer not.a.token" }

      it("stop a client that brings bad ones, and no other", async () => {
        const from = network()
        const update = (host: number) =>
          store.post(
            "/auth/customer/emailpass/update",
            { password: "new-password" },
            { ...BAD, ...from(host) },
          )
        const answers = await answersTo(PER_IP.limit + 1, () => update(1))

        expect(statuses(answers)).toEqual([...Array(PER_IP.limit).fill(401), 429])
        expectTooMany(answers.at(-1)!)
        expect((await update(2)).status).toBe(401)
      })

      it("do not count a good one, nor a refused password", async () => {
        await account()
        const token = await store.tokenFor(JANE)
        const headers = { authorization: `Bearer ${token}`, ...network()(1) }
        const refusals = await answersTo(PER_IP.limit + 1, () =>
          store.post("/auth/customer/emailpass/update", { password: "short" }, headers),
        )
        expect(new Set(statuses(refusals))).toEqual(new Set([400]))

        const update = await store.post(
          "/auth/customer/emailpass/update",
          { password: "new-password" },
          headers,
        )
        expect(update.status).toBe(200)
      })

      it("stop a client that checks links without end", async () => {
        const from = network()
        const answers = await answersTo(PER_IP.limit + 1, () =>
          store.get("/auth/customer/emailpass/reset-password", { ...BAD, ...from(1) }),
        )

        expect(statuses(answers)).toEqual([...Array(PER_IP.limit).fill(401), 429])
      })
    })

    describe("of registrations", () => {
      it("stop a client that asks for one address after the other", async () => {
        const from = network()
        const answers = await answersTo(PER_IP.limit + 1, (index) =>
          store.post(
            "/auth/customer/emailpass/register",
            { email: `${index}-${JANE}`, password: "a-password" },
            from(1),
          ),
        )

        expect(statuses(answers)).toEqual([...Array(PER_IP.limit).fill(200), 429])
      })
    })

    describe("of logins", () => {
      const FAILURES = 3 // throttle.login.perIdentifierAndIp
      const IN_A_ROW = 8 // throttle.login.perIdentifier

      it("stop a client that guesses at one account, even with the right password then", async () => {
        await account()
        const from = network()
        const guesses = await answersTo(FAILURES + 1, () => loginFrom(from(1), "wrong-password"))

        expect(statuses(guesses)).toEqual([401, 401, 401, 429])
        expectTooMany(guesses.at(-1)!)
        expectTooMany(await loginFrom(from(1), "old-password"))
        expect((await loginFrom(from(2), "old-password")).status).toBe(200)
      })

      it.each([
        ["GET", "/auth/customer/emailpass"],
        ["HEAD", "/auth/customer/emailpass"],
        ["POST", "/auth/customer/emailpass/"],
        ["POST", "/AUTH/customer/Emailpass"],
        ["POST", "/auth/user/emailpass"],
        ["POST", "/auth/anything/emailpass"],
        ["POST", "/auth/customer/emailpass/register"],
      ])("hold for %s %s as well", async (method, path) => {
        await account()
        const from = network()
        await answersTo(FAILURES, () => loginFrom(from(1), "wrong-password"))

        const body = JSON.stringify({ email: JANE, password: "old-password" })
        const answer = await rawRequest(store.url, method, path, body, from(1))

        expect(answer).toBe(429)
      })

      it("let exactly the limit through when many guess at once", async () => {
        await account()
        const from = network()
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => loginFrom(from(1), "wrong-password")),
        )

        const counts = (status: number) => answers.filter((answer) => answer.status === status)
        expect([counts(401).length, counts(429).length]).toEqual([FAILURES, 20 - FAILURES])
      })

      it("treat an unknown address the same", async () => {
        const from = network()
        const answers = await answersTo(FAILURES + 1, () =>
          loginFrom(from(1), "wrong-password", "nobody@shop.example"),
        )

        expect(statuses(answers)).toEqual([401, 401, 401, 429])
      })

      it("forget failures after a success", async () => {
        await account()
        const from = network()
        for (let round = 0; round < 2; round++) {
          await answersTo(FAILURES - 1, () => loginFrom(from(1), "wrong-password"))
          expect((await loginFrom(from(1), "old-password")).status).toBe(200)
          await pause(100) // Failures are cleared after the response.
        }
      })

      it("slow guesses at one account from anywhere down, and stop none for good", async () => {
        await account()
        const from = network()
        const guesses = await answersTo(IN_A_ROW + 1, (index) =>
          loginFrom(from(index + 1), "wrong-password"),
        )
        // The first attempt above the limit is let through. The next has to wait.
        const next = loginFrom(from(99), "old-password")
        const other = loginFrom(from(98), "wrong-password", `other-${JANE}`)

        expect(statuses(guesses)).toEqual(Array(IN_A_ROW + 1).fill(401))
        expect(await Promise.race([next.then(() => "next"), other.then(() => "other")])).toBe(
          "other",
        )
        expect((await next).status).toBe(200)
        expect((await loginFrom(from(97), "old-password")).status).toBe(200)
      })

      it("never keep the owner out: a reset works, and clears them for every client", async () => {
        await account()
        const from = network()
        await answersTo(FAILURES + 1, () => loginFrom(from(1), "wrong-password"))
        await answersTo(IN_A_ROW, (index) => loginFrom(from(index + 2), "wrong-password"))
        expect((await loginFrom(from(1), "old-password")).status).toBe(429)

        await store.update(await store.tokenFor(JANE), { password: "new-password" })

        expect((await loginFrom(from(1), "new-password")).status).toBe(200)
        expect((await loginFrom(from(98), "new-password")).status).toBe(200)
      })

      it("count a wrong old password in a change, and none that is refused for the new one, or too busy", async () => {
        await person("user")
        const from = network()
        const { token } = (
          await store.post(
            "/auth/user/emailpass",
            { email: JANE, password: "old-password" },
            from(1),
          )
        ).body
        const change = (old_password: string, password: string) =>
          store.post(
            "/admin/users/me/password",
            { old_password, password },
            { ...from(1), authorization: `Bearer ${token}` },
          )
        const enter = jest.spyOn(hashingQueue, "enter").mockReturnValue(false)
        const turnedAway = await answersTo(FAILURES + 1, () => change("wrong-password", "new-one"))
        enter.mockReset().mockRestore()
        await answersTo(FAILURES + 1, () => change("old-password", "short"))
        const guesses = await answersTo(FAILURES + 1, () =>
          change("wrong-password", "new-password"),
        )

        const entered = jest.spyOn(hashingQueue, "enter")
        expect(statuses(turnedAway)).toEqual([503, 503, 503, 503])
        expect(statuses(guesses)).toEqual([400, 400, 400, 429])
        expectTooMany(await change("old-password", "new-password"))
        expect(entered).not.toHaveBeenCalled()
        entered.mockRestore()
        expectTooMany(await loginFrom(from(1), "old-password"))
      })

      it("slow one client down that fails on one account after the other, but none of its registrations", async () => {
        const from = network()
        const answers = await answersTo(PER_IP.limit + 1, (index) =>
          loginFrom(from(1), "wrong-password", `${index}-${JANE}`),
        )
        const next = loginFrom(from(1), "wrong-password", `next-${JANE}`)
        const registration = store.post(
          "/auth/customer/emailpass/register",
          { email: JANE, password: "a-password" },
          from(1),
        )

        expect(statuses(answers)).toEqual(Array(PER_IP.limit + 1).fill(401))
        expect(
          await Promise.race([next.then(() => "next"), registration.then(() => "registration")]),
        ).toBe("registration")
        expect(statuses(await Promise.all([next, registration]))).toEqual([401, 200])
      })
    })

    it("keep no address: their keys are HMACs", async () => {
      await account()
      await loginFrom(network()(1), "wrong-password")
      await requestFrom(network()(1), JANE)
      const keys = await (process.env.REDIS_URL ? redisKeys() : tableKeys())

      expect(keys.length).toBeGreaterThan(3)
      expect(keys.join()).not.toMatch(/jane|192\.0/)
    })

    it("refuse a flood without asking the database", async () => {
      const from = network()
      await answersTo(PER_IP.limit + 1, (index) => requestFrom(from(1), `${index}-${JANE}`))
      await store.settled()
      const knex = store.container().resolve(ContainerRegistrationKeys.PG_CONNECTION)
      const acquired = jest.spyOn(knex.client, "acquireConnection")
      const flood = await answersTo(60, () => requestFrom(from(1), JANE))
      const queries = acquired.mock.calls.length
      acquired.mockRestore()

      expect(new Set(statuses(flood))).toEqual(new Set([429]))
      // Some queries may come from the poll for ended sessions and from the sweep, more on a slow machine.
      expect(queries).toBeLessThan(flood.length / 2)
    })

    it("let refusals out in turn, while others are answered", async () => {
      const from = network()
      await account()
      await answersTo(PER_IP.limit, (index) => requestFrom(from(1), `${index}-${JANE}`))
      await answersTo(3, () => loginFrom(from(1), "wrong"))
      const { throttle } = store.container().resolve(PASSWORD_RESET_MODULE)
      let letOut = () => {}
      const turn = new Promise<void>((resolve) => (letOut = resolve))
      const pass = jest.spyOn(throttle!["refusals"], "pass").mockReturnValue(turn)
      try {
        const refused = [requestFrom(from(1), JANE), loginFrom(from(1), "wrong")]
        await until(() => pass.mock.calls.length === 2, "both refusals")
        const others = [requestFrom(from(2), JANE), loginFrom(from(2), "old-password")]

        expect(statuses(await Promise.all(others))).toEqual([201, 200])
        const first = Promise.race([...refused, pause(200).then(() => "nobody")])
        expect(await first).toBe("nobody")
        letOut()
        expect(statuses(await Promise.all(refused))).toEqual([429, 429])
      } finally {
        letOut()
        pass.mockRestore()
      }
    })

    it("count in memory while their store does not answer", async () => {
      const back = await (process.env.REDIS_URL ? pauseRedis() : hideTable())
      const from = network()
      const answers = await answersTo(PER_IP.limit, (index) =>
        requestFrom(from(1), `${index}-${JANE}`),
      )
      await back()

      // Half the limit, because `throttle.instances` is 2 here.
      expect(statuses(answers)).toEqual([201, 201, 201, 429, 429, 429])
    })

    const tableKeys = async (): Promise<string[]> => {
      const rows = await store.sql<{ key: string }>(`SELECT key FROM password_reset_throttle`)
      return rows.map(({ key }) => key)
    }
    const redisKeys = async () => {
      const redis = new Redis(process.env.REDIS_URL!)
      const keys = await redis.keys("*")
      redis.disconnect()
      return keys
    }
    const hideTable = async () => {
      await store.sql(`ALTER TABLE password_reset_throttle RENAME TO away`)
      return () => store.sql(`ALTER TABLE away RENAME TO password_reset_throttle`)
    }
    const pauseRedis = async () => {
      const redis = new Redis(process.env.REDIS_URL!)
      await redis.client("PAUSE", 5000)
      return async () => redis.disconnect()
    }
  },
  ({ modules }) => {
    modules.passwordReset!.options.resetUrl.vendor = "http://localhost:8000/vendors/reset-password"
    modules.passwordReset!.options.throttle = {
      spacing: 0,
      perIdentifier: PER_IDENTIFIER,
      perIp: PER_IP,
      update: PER_IP,
      check: PER_IP,
      register: PER_IP,
      login: {
        perIdentifierAndIp: { limit: 3, window: 60 },
        perIp: { ...PER_IP, interval: 2 },
        perIdentifier: { limit: 8, interval: 2 },
      },
      instances: 2,
      trustedProxies: 1,
      redisUrl: process.env.REDIS_URL,
    }
  },
)
