import { until } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const PASSWORD = "old-password"
/** Of `throttle.login.perIdentifier`, by default: one attempt a turn. */
const INTERVAL_SECONDS = 10

withStore(
  "a hundred attackers who guess at one account",
  (store) => {
    let networks = 0
    const addresses = () => {
      const network = ++networks
      return (host: number) => ({ "x-forwarded-for": `192.${network}.${host >> 8}.${host & 255}` })
    }
    const statusOf = async (from: Record<string, string>, password: string) =>
      (await store.post("/auth/customer/emailpass", { email: JANE, password }, from)).status
    /** A success is written after its answer. */
    const becomeKnown = async (from: Record<string, string>) => {
      await until(async () => {
        await statusOf(from, PASSWORD)
        return (await store.sql("SELECT 1 FROM password_reset_known_client")).length > 0
      }, "the client to be known")
    }

    /** Guesses at the account from as many addresses: once each, and then without end. */
    const attack = async (attackers: number) => {
      const from = addresses()
      const underWay = new Set<AbortController>()
      let hasEnded = false
      const body = JSON.stringify({ email: JANE, password: "wrong-password" })
      const guess = async (host: number) => {
        const headers = { "content-type": "application/json", ...from(host) }
        const request = new AbortController()
        underWay.add(request)
        const init = { method: "POST", headers, body, signal: request.signal }
        const { status } = await fetch(`${store.url}/auth/customer/emailpass`, init)
        underWay.delete(request)
        return status
      }
      const guessOn = async (host: number) => {
        while (!hasEnded) {
          statuses.push(await guess(host).catch(() => 0)) // A connection that both ends closed at once.
        }
      }
      const statuses: number[] = []
      const hosts = Array.from({ length: attackers }, (_, host) => host + 1)
      await Promise.all(hosts.map(guess))
      const attacks = hosts.map(guessOn)
      await until(() => statuses.includes(429), "the attackers to be slowed down")
      return async () => {
        hasEnded = true
        underWay.forEach((request) => request.abort())
        await Promise.allSettled(attacks)
      }
    }

    it("don't keep its owner out: at once from home, soon from a hotel", async () => {
      const home = addresses()
      await store.register(JANE, PASSWORD)
      await becomeKnown(home(1))
      const endAttack = await attack(100)
      const hotel = statusOf(home(2), PASSWORD)
      const start = performance.now()
      const atHome: number[] = []
      for (let login = 0; login < 7; login++) {
        atHome.push(await statusOf(home(1), PASSWORD))
      }
      const turns = (performance.now() - start) / (INTERVAL_SECONDS * 1000)
      const statuses = [...atHome, await hotel]
      await endAttack()

      expect(statuses).toEqual(Array(8).fill(200))
      expect(turns).toBeLessThan(4) // Seven that wait for turns need six of them.
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.throttle = { trustedProxies: 1 }
  },
)
