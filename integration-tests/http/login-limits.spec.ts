import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { Throttle } from "../../src/domain/throttle/throttle"
import { until } from "../inbox"
import { withStore } from "../store"

const OWNER = { ip: "203.0.113.7" }
let nextPerson = 0
let nextClient = 0

withStore(
  "logins on several instances",
  (store) => {
    const others: Throttle[] = []
    let email = ""
    const strangers = () => ({ ip: `198.51.100.${++nextClient}` })

    beforeEach(async () => {
      email = `jane-${++nextPerson}@shop.example`
      await store.register(email, "old-password")
    })
    afterEach(async () => {
      for (const throttle of others.splice(0)) {
        throttle.turnAway()
        await throttle.close()
      }
    })

    /** As many throttles as one shop has instances. They share the database and, where there is one, the Redis. */
    const instances = async (count: number) => {
      const { throttle, options } = store.container().resolve(PASSWORD_RESET_MODULE)
      for (let instance = 1; instance < count; instance++) {
        others.push(new Throttle(options.throttle as never, throttle!["dependencies"]))
      }
      const isReady = (throttle: Throttle) =>
        !("redis" in throttle["store"]) ||
        (throttle["store"]["redis"] as { status: string }).status === "ready"
      await until(() => others.every(isReady), "the connections to Redis")
      return [throttle!, ...others]
    }
    const fail = async (throttle: Throttle, client: { ip: string }) => {
      const attempt = await throttle.admitLogin(email, client)
      await (attempt.allowed && attempt.settle("failure"))
      return attempt.allowed
    }

    it("count the failures of one client together, however many come at once", async () => {
      const shop = await instances(3)
      const client = strangers()

      const judged = await Promise.all(
        Array.from({ length: 30 }, (_, index) => fail(shop[index % 3]!, client)),
      )

      expect(judged.filter(Boolean)).toHaveLength(10)
    })

    it("are free on all of them when a success on one has cleared the count", async () => {
      const [one, other] = (await instances(2)) as [Throttle, Throttle]
      for (let count = 0; count < 9; count++) {
        await fail(one, OWNER)
      }
      const attempt = await other.admitLogin(email, OWNER)
      await (attempt.allowed && attempt.settle("success"))

      const judged = []
      for (let count = 0; count < 10; count++) {
        judged.push(await fail(count % 2 ? one : other, OWNER))
      }
      expect(judged).toEqual(Array(10).fill(true))
    })

    it("take turns together past the account's limit, and let whom one instance knows past it on the other", async () => {
      const [one, other] = (await instances(2)) as [Throttle, Throttle]
      const success = await one.admitLogin(email, OWNER)
      await (success.allowed && success.settle("success"))
      for (let count = 0; count < 100; count++) {
        await fail(count % 2 ? one : other, strangers())
      }
      let judged = 0
      const attack = [one, other, one, other].map(async (throttle) => {
        judged += Number(await fail(throttle, strangers()))
      })
      await until(() => judged > 0, "the first turn")

      const owner = await other.admitLogin(email, OWNER)
      expect(owner.allowed).toBe(true)
      expect(judged).toBe(1) // The others wait for ten seconds.
      others.concat(one).forEach((throttle) => throttle.turnAway())
      await Promise.all(attack)
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.throttle = {
      trustedProxies: 1,
      redisUrl: process.env.REDIS_URL,
    }
  },
)
