import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import type { Redis } from "ioredis"
import {
  type RateLimiterAbstract,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible"
import { withDeadline } from "../timing/deadline"
import { type Limit, type SharedStore, StoreAway } from "./limiter"

const TABLE = "password_reset_throttle"
/** How long the store may take for an answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 1000
/** How long a store that gave none is left alone, in milliseconds. */
const REST_MS = 5000

/** What both stores have in common: a store that does not answer is left alone for a while. */
abstract class StoreWithFallback implements SharedStore {
  private awayUntil = 0
  private away = false

  constructor(
    private readonly name: string,
    private readonly logger: Logger,
  ) {}

  abstract limiter(name: string, limit: Limit): RateLimiterAbstract
  abstract close(): Promise<void>

  async ask<T>(operation: () => Promise<T>): Promise<T> {
    if (Date.now() < this.awayUntil) {
      throw new StoreAway()
    }
    try {
      const answer = await withDeadline(operation(), ANSWER_TIMEOUT_MS, this.name)
      this.hasAnswered()
      return answer
    } catch (error) {
      if (error instanceof RateLimiterRes) {
        this.hasAnswered()
        throw error
      }
      this.isAway(error as Error)
      throw new StoreAway()
    }
  }

  private hasAnswered() {
    if (this.away && Date.now() >= this.awayUntil) {
      this.away = false
      this.logger.info(`medusa-plugin-password-reset: throttles count in ${this.name} again`)
    }
  }

  private isAway(error: Error) {
    this.awayUntil = Date.now() + REST_MS
    if (!this.away) {
      this.away = true
      this.logger.warn(
        `medusa-plugin-password-reset: throttles can't count in ${this.name} (${error.message}); ` +
          `until it answers, each instance counts for itself`,
      )
    }
  }
}

/** Counts in the store's own database, over Medusa's own connections. */
export class PostgresStore extends StoreWithFallback {
  private sweeps = true

  constructor(
    private readonly knex: Knex,
    logger: Logger,
  ) {
    super("Postgres", logger)
  }

  limiter(name: string, { limit, window }: Limit): RateLimiterAbstract {
    const sweeps = this.sweeps
    this.sweeps = false
    return new RateLimiterPostgres({
      storeClient: withoutPreparedStatements(this.knex),
      storeType: "client",
      tableName: TABLE,
      tableCreated: true,
      clearExpiredByTimeout: sweeps, // one of them deletes what is over for all
      keyPrefix: name,
      points: limit,
      duration: window,
    })
  }

  async close(): Promise<void> {
    // The connections are Medusa's.
  }
}

/** Counts in Redis: `throttle.redisUrl`. */
export class RedisStore extends StoreWithFallback {
  private readonly redis: Redis

  /** @throws Error where the optional peer dependency `ioredis` is not installed */
  constructor(url: string, logger: Logger) {
    super("Redis", logger)
    const { Redis: Client } = require("ioredis") as typeof import("ioredis")
    this.redis = new Client(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: ANSWER_TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(attempt * 100, REST_MS),
    })
    this.redis.on("error", () => undefined) // Said by `ask`, once for each outage.
  }

  limiter(name: string, { limit, window }: Limit): RateLimiterAbstract {
    return new RateLimiterRedis({
      storeClient: this.redis,
      rejectIfRedisNotReady: true,
      keyPrefix: `password-reset:${name}`,
      points: limit,
      duration: window,
    })
  }

  async close(): Promise<void> {
    this.redis.disconnect()
  }
}

/** A pooler in transaction mode loses prepared statements: the limiter's go out without their name. */
function withoutPreparedStatements(knex: Knex) {
  return {
    async query({ text, values }: { text: string; values: unknown[] }) {
      const connection = await knex.client.acquireConnection()
      try {
        return await connection.query({ text, values })
      } finally {
        knex.client.releaseConnection(connection)
      }
    },
  }
}
