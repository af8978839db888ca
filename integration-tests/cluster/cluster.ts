import { freePort } from "../../support/free-port"
import { MailServer } from "../../support/mail-server"
import { type Postgres, type Row, startPostgres } from "../../support/postgres"
import { Redis } from "../../support/redis"
import { environmentOf } from "../../support/shop"
import { stopOnSignal } from "../../support/shutdown"
import { type Environment, Store } from "../../support/store"
import { installCurrent } from "./builds"

type Parts = { redis: Redis; mailServer: MailServer; postgres: Postgres }

/** One shop of many instances, with all that it needs: Postgres, Redis, and a mail server. */
export class Cluster {
  readonly redis: Redis
  readonly mailServer: MailServer
  readonly postgres: Postgres
  private readonly instances: Store[] = []

  private constructor(
    { redis, mailServer, postgres }: Parts,
    private readonly home: string,
    private readonly env: Environment,
  ) {
    this.redis = redis
    this.mailServer = mailServer
    this.postgres = postgres
  }

  /**
   * Starts all but the instances.
   *
   * @param options of the plugin
   */
  static async start(options: object): Promise<Cluster> {
    const redis = await Redis.start()
    const [mailServer, postgres] = [await MailServer.start(), await startPostgres()]
    const env = {
      ...environmentOf({
        database: postgres.urlOf("shop"),
        smtp: mailServer.url,
        backend: "http://localhost:9000",
      }),
      REDIS_URL: redis.url,
      MEDUSA_FF_CACHING: "true",
      PLUGIN_OPTIONS: JSON.stringify(options),
    }
    const home = await installCurrent()
    const cluster = new Cluster({ redis, mailServer, postgres }, home, env)
    stopOnSignal(() => cluster.stop())
    await postgres.createDatabase("shop")
    await new Store({ cwd: home, env }).run("db:migrate")
    return cluster
  }

  sql = <Found extends Row = Row>(statement: string): Promise<Found[]> =>
    this.postgres.query<Found>("shop", statement)

  /**
   * Starts another instance.
   *
   * @param home of the store; the plugin's present build by default
   */
  async add(mode: "server" | "worker", home = this.home): Promise<Store> {
    const instance = new Store({ cwd: home, env: { ...this.env, WORKER_MODE: mode } })
    this.instances.push(instance)
    await instance.start(await freePort())
    return instance
  }

  /** What all instances have logged so far. */
  get log(): string {
    return this.instances.map(({ log }) => log).join("\n")
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.stop()))
    await this.postgres.stop()
    await this.mailServer.stop()
    await this.redis.stop()
  }
}
