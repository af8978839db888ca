import { ModuleProvider, Modules } from "@medusajs/framework/utils"
import coreEmailpass from "@medusajs/medusa/auth-emailpass"
import { withStore } from "../store"

/** How many samples of each kind are taken. With so many, chance alone stays within 0.5 ± 0.05. */
const SAMPLES = 1000
/** Samples of Medusa's own provider. It must differ by more than 0.1; chance stays within 0.5 ± 0.09. */
const CORE_SAMPLES = 300
/** Fewer samples, since each waits up to 300 ms. Chance alone stays within 0.5 ± 0.09. */
const SAMPLES_AFTER = 200

jest.setTimeout(900_000)

const PASSWORD = "old-password"
/** Cheap hashes make any other difference between accounts easier to measure. */
const hashConfig = { logN: 10, r: 8, p: 1 }

/** Medusa's own provider under another name. These tests must find that it reveals accounts. */
class CorePass extends (coreEmailpass.services[0] as unknown as new (
  ...args: unknown[]
) => object) {
  static identifier = "corepass"
}

type Sample = { known: boolean; milliseconds: number }

/**
 * The area under the ROC curve: the chance that an answer about a known address takes longer than one about
 * an unknown address (Mann-Whitney statistic). 0.5 reveals nothing, 0 and 1 reveal everything.
 */
function areaUnderCurve(samples: Sample[]): number {
  const sorted = [...samples].sort((a, b) => a.milliseconds - b.milliseconds)
  const known = sorted.filter((sample) => sample.known).length
  const rankSum = sorted.reduce((sum, sample, rank) => sum + (sample.known ? rank + 1 : 0), 0)
  return (rankSum - (known * (known + 1)) / 2) / (known * (sorted.length - known))
}

function median(samples: Sample[], known: boolean): string {
  const times = samples.filter((sample) => sample.known === known).map((s) => s.milliseconds)
  return `${times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!.toFixed(1)} ms`
}

withStore(
  "nobody learns who has an account",
  (store) => {
    /** Stores accounts as registration would, but faster. */
    const createAccounts = async (provider: string, count: number) => {
      const [identity] = await store.sql<{ hash: string }>(
        `SELECT provider_metadata ->> 'password' AS hash FROM provider_identity LIMIT 1`,
      )
      await store.sql(
        `INSERT INTO auth_identity (id) SELECT '${provider}-' || n FROM generate_series(1, ${count}) n`,
      )
      await store.sql(
        `INSERT INTO provider_identity (id, entity_id, provider, auth_identity_id, provider_metadata)
         SELECT 'p-${provider}-' || n, 'known-' || n || '@shop.example', '${provider}',
                '${provider}-' || n, jsonb_build_object('password', ?::text)
           FROM generate_series(1, ${count}) n`,
        [identity!.hash],
      )
    }

    /** Asks about known and unknown addresses in random order, each from another client address. */
    const sample = async (
      count: number,
      ask: (email: string, headers: Record<string, string>) => Promise<number>,
    ): Promise<Sample[]> => {
      const questions = Array.from({ length: 2 * count }, (_, index) => ({
        known: index % 2 === 0,
        order: Math.random(),
        email: `${index % 2 === 0 ? "known" : "unknown"}-${Math.floor(index / 2) + 1}@shop.example`,
        headers: { "x-forwarded-for": `198.51.${index >> 8}.${index & 255}` },
      }))
      const samples: Sample[] = []
      for (const { known, email, headers } of questions.sort((a, b) => a.order - b.order)) {
        samples.push({ known, milliseconds: await ask(email, headers) })
      }
      return samples
    }
    const timed = async (work: () => Promise<unknown>) => {
      const start = performance.now()
      await work()
      return performance.now() - start
    }
    const report = (what: string, samples: Sample[]) => {
      const auc = areaUnderCurve(samples)
      process.stdout.write(
        `${what}: known ${median(samples, true)}, unknown ${median(samples, false)}, ` +
          `AUC ${auc.toFixed(3)} over ${samples.length} samples\n`,
      )
      return auc
    }
    /**
     * Measures once more where the first measurement is out of bounds. A difference that is real shows again; one
     * that a busy moment of the machine made does not.
     *
     * @returns how far the area is from 0.5, which reveals nothing
     */
    const distance = async (measure: () => Promise<number>, bound: number): Promise<number> => {
      const first = Math.abs((await measure()) - 0.5)
      return first <= bound ? first : Math.abs((await measure()) - 0.5)
    }
    const reset = (provider: string) => (email: string, headers: Record<string, string>) =>
      timed(() =>
        store.post(`/auth/customer/${provider}/reset-password`, { identifier: email }, headers),
      )
    const login = (provider: string) => (email: string, headers: Record<string, string>) =>
      timed(() =>
        store.post(`/auth/customer/${provider}`, { email, password: "wrong-password" }, headers),
      )

    beforeEach(async () => {
      await store.register("somebody@shop.example", PASSWORD)
      await createAccounts("emailpass", SAMPLES)
    })

    it.each([
      ["the answer to a request", reset],
      ["the answer to a login", login],
    ])("by the time of %s; Medusa's own tells", async (what, ask) => {
      await createAccounts("corepass", SAMPLES)
      await sample(50, ask("emailpass")) // warms up

      const measure = async () => report(`${what}, ours`, await sample(SAMPLES, ask("emailpass")))
      const ours = await distance(measure, 0.05)
      const core = report(`${what}, Medusa's own`, await sample(CORE_SAMPLES, ask("corepass")))

      expect(ours).toBeLessThanOrEqual(0.05)
      expect(Math.abs(core - 0.5)).toBeGreaterThan(0.1)
    })

    it("by how long the next answer takes, up to 300 ms later", async () => {
      const ask = reset("emailpass")
      const measure = async () => {
        const samples = await sample(SAMPLES_AFTER, async (email, headers) => {
          await ask(email, headers)
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 300))
          return timed(() => store.get("/health"))
        })
        return report("the next answer", samples)
      }

      // Sending the email slows the next answer a little, more so on a slow machine. The margin allows for that.
      expect(await distance(measure, 0.15)).toBeLessThanOrEqual(0.15)
    })

    it("by what is answered: status, body and headers are the same", async () => {
      const ask = (path: string, body: object) =>
        store.post(`/auth/customer/emailpass${path}`, body)
      for (const [path, fields] of [
        ["/reset-password", (identifier: string) => ({ identifier })],
        ["", (email: string) => ({ email, password: "wrong-password" })],
      ] as const) {
        const [known, unknown] = await Promise.all(
          ["known-1@shop.example", "unknown-1@shop.example"].map((address) =>
            ask(path, fields(address)),
          ),
        )
        const seen = ({ status, body, headers }: NonNullable<typeof known>) => ({
          status,
          body,
          headers: [...headers].filter(([name]) => name !== "date"),
        })
        expect(seen(known!)).toEqual(seen(unknown!))
      }
    })
  },
  ({ modules }) => {
    const auth = modules.auth!.options
    auth.providers[0].options = { hashConfig }
    auth.providers.push({
      resolve: ModuleProvider(Modules.AUTH, { services: [CorePass as never] }),
      id: "corepass",
      options: { hashConfig },
    })
    // The default limits. Each sample comes from another client address.
    modules.passwordReset!.options.throttle = {
      trustedProxies: 1,
      redisUrl: process.env.REDIS_URL,
    }
  },
)
