import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { checkStart } from "../../src/modules/password-reset/start-checks"
import { hashingQueue } from "../../src/domain/passwords/hashing-queue"
import { linkIn } from "../inbox"
import { type Answer, answersTo, narrowLimits, withStore } from "../store"

const JANE = "jane@shop.example"
const NOBODY = "nobody@shop.example"
const NEW = "new-password-1"

const PER_IP = 4
const PER_IDENTIFIER = 2

withStore(
  "Bagisto, where unknown addresses are told",
  (store) => {
    let key: Record<string, string>
    const forgot = (email: string, from: Record<string, string> = {}) =>
      store.post("/api/shop/customers/forgot-password", { email }, { ...key, ...from })
    const reset = (body: object) =>
      store.post(
        "/api/shop/customers/reset-password",
        { email: JANE, password: NEW, password_confirmation: NEW, ...body },
        key,
      )
    let nextNetwork = 0
    const network = () => ({ "x-forwarded-for": `192.0.${++nextNetwork}.1` })
    const statuses = (answers: Answer[]) => answers.map(({ status }) => status)
    const expectTooMany = ({ status, body, headers }: Answer) => {
      const message = expect.stringMatching(/^Too many requests\. Try again in /)
      expect({ status, body }).toEqual({
        status: 429,
        body: { message, errors: { email: [message] } },
      })
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0)
      expect(headers.get("access-control-expose-headers")).toContain("Retry-After")
    }

    beforeEach(async () => {
      const { "x-publishable-api-key": token } = await store.publishableKey()
      key = { "X-STOREFRONT-KEY": token!, ...network() }
    })
    /** Stores an account. Each test that counts emails uses its own address. */
    const account = async (email: string) => store.storeAccount(email)
    const seen = ({ status, body }: Answer) => ({ status, body })

    it("says 404 for an address that gets no link, and mails the others", async () => {
      await account(JANE)
      await store.storeAccount("vendor@shop.example", { vendor_id: "ven_1" })
      const message = "We can't find a user with that email address."

      for (const email of [NOBODY, "vendor@shop.example"]) {
        expect(seen(await forgot(email))).toEqual({ status: 404, body: { message } })
      }
      expect((await forgot(" JANE@shop.example")).status).toBe(200)
      await store.inbox.mailsFor(JANE)
      expect(await store.resets()).toHaveLength(1)
    })

    it("tells nobody by the native route", async () => {
      expect((await store.requestReset(NOBODY)).status).toBe(201)
    })

    it("is warned of it at the start", async () => {
      const container = store.container()
      const { options } = container.resolve(PASSWORD_RESET_MODULE)
      const warnings = async (changes: object) => {
        const lines: string[] = []
        await checkStart(
          container.resolve(ContainerRegistrationKeys.CONFIG_MODULE),
          { ...options, ...changes },
          container.resolve(ContainerRegistrationKeys.PG_CONNECTION),
          { warn: (line: string) => void lines.push(line) } as never,
        )
        return lines.filter((line) => line.includes("discloseUnknownEmail"))
      }

      expect(await warnings({})).toEqual([
        expect.stringMatching(
          /^medusa-plugin-password-reset: `bagisto.discloseUnknownEmail` is on.*tells anybody.*Remove it/,
        ),
      ])
      expect(await warnings({ dialects: [] })).toEqual([])
      expect(
        await warnings({ bagisto: { ...options.bagisto, discloseUnknownEmail: false } }),
      ).toEqual([])
    })

    it("lets links live for as long as the store says", async () => {
      await account("two@shop.example")
      await forgot("two@shop.example")
      const [mail] = await store.inbox.mailsFor("two@shop.example")

      expect(mail!.text).toContain("for 2 hours")
    })

    it("stops a client that asks for one address after the other", async () => {
      const answers = await answersTo(PER_IP + 1, (index) => forgot(`${index}-${NOBODY}`))

      expect(statuses(answers)).toEqual([...Array(PER_IP).fill(404), 429])
      expectTooMany(answers.at(-1)!)
      expect((await forgot(NOBODY, network())).status).toBe(404)
    })

    it("counts a client's requests with those on the native route", async () => {
      const from = network()
      await answersTo(PER_IP, (index) =>
        store.post(
          "/auth/customer/emailpass/reset-password",
          { identifier: `${index}-${NOBODY}` },
          from,
        ),
      )

      expectTooMany(await forgot(JANE, from))
    })

    it("answers as ever for an address past its share, and mails no more", async () => {
      await account("often@shop.example")
      const answers = await answersTo(PER_IDENTIFIER + 1, async () => {
        const answer = await forgot("often@shop.example", network())
        await store.settled()
        return answer
      })

      expect(statuses(answers)).toEqual(Array(PER_IDENTIFIER + 1).fill(200))
      expect(store.inbox.mails).toHaveLength(PER_IDENTIFIER)
    })

    it("stops a client that brings bad tokens; other faults don't count", async () => {
      await account("guest@shop.example")
      await forgot("guest@shop.example")
      const [mail] = await store.inbox.mailsFor("guest@shop.example")
      const good = { email: "guest@shop.example", token: linkIn(mail!).token }
      const typos = await answersTo(PER_IP + 1, () =>
        reset({ ...good, password_confirmation: "another" }),
      )
      const weak = await answersTo(PER_IP + 1, () =>
        reset({ ...good, password: "short", password_confirmation: "short" }),
      )
      expect(new Set(statuses([...typos, ...weak]))).toEqual(new Set([422]))

      const guesses = await answersTo(PER_IP + 1, () => reset({ token: "no-token" }))
      expect(statuses(guesses)).toEqual([...Array(PER_IP).fill(422), 429])
      expectTooMany(guesses.at(-1)!)
      expectTooMany(await reset(good))
      key = { ...key, ...network() }
      expect((await reset(good)).status).toBe(200)
    })

    it("turns away what would wait too long for its password to be hashed", async () => {
      const enter = jest.spyOn(hashingQueue, "enter").mockReturnValue(false)
      const answer = await reset({ token: "any" })
      enter.mockRestore()

      expect(seen(answer)).toEqual({
        status: 503,
        body: { message: expect.stringMatching(/^Too many sign-ins are under way/) },
      })
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0)
    })
  },
  ({ modules }) => {
    const { options } = modules.passwordReset!
    Object.assign(options, {
      dialects: ["bagisto"],
      bagisto: { tokenTtl: 7200, discloseUnknownEmail: true },
      throttle: narrowLimits(PER_IP, PER_IDENTIFIER),
    })
  },
)
