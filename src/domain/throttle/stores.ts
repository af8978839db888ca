import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import type { Redis } from "ioredis"
import {
  type RateLimiterAbstract,
  RateLimiterPostgres,
  RateLimiterRedis,
} from "rate-limiter-flexible"
import { withDeadline } from "../timing/deadline"
import { type Limit, type SharedStore, StoreUnavailable } from "./shared-store"

const TABLE = "password_reset_throttle"
/** How long the store may take. */
const ANSWER_TIMEOUT_MS = 1000
/** How long a store that failed is not asked again. */
const RETRY_DELAY_MS = 5000

/**
 * What both stores have in common. A store that fails is not asked for some seconds, so that an outage slows
 * down one request rather than all. The log has one line when an outage begins and one when it is over.
 */
abstract class StoreWithFallback implements SharedStore {
  private retryAt = 0
  private isUnavailable = false

  constructor(
    private readonly name: string,
    private readonly logger: Logger,
  ) {}

  abstract limiter(name: string, limit: Limit): RateLimiterAbstract
  abstract close(): Promise<void>

  async ask<T>(operation: () => Promise<T>): Promise<T> {
    if (Date.now() < this.retryAt) {
      throw new StoreUnavailable()
    }
    try {
      const answer = await withDeadline(operation(), ANSWER_TIMEOUT_MS, this.name)
      this.hasAnswered()
      return answer
    } catch (error) {
      this.hasFailed(error as Error)
      throw new StoreUnavailable()
    }
  }

  private hasAnswered() {
    if (this.isUnavailable && Date.now() >= this.retryAt) {
      this.isUnavailable = false
      this.logger.info(`medusa-plugin-password-reset: throttles count in ${this.name} again`)
    }
  }

  private hasFailed(error: Error) {
    this.retryAt = Date.now() + RETRY_DELAY_MS
    if (!this.isUnavailable) {
      this.isUnavailable = true
      this.logger.warn(
        `medusa-plugin-password-reset: throttles can't count in ${this.name} (${error.message}); ` +
          `until it answers, each instance counts for itself`,
      )
    }
  }
}

/** Counts in the shop's database, over Medusa's connections. */
export class PostgresStore extends StoreWithFallback {
  private needsSweeper = true

  constructor(
    private readonly knex: Knex,
    logger: Logger,
  ) {
    super("Postgres", logger)
  }

  limiter(name: string, { limit, window }: Limit): RateLimiterAbstract {
    const sweeps = this.needsSweeper
    this.needsSweeper = false
    return new RateLimiterPostgres({
      storeClient: withoutPreparedStatements(this.knex),
      storeType: "client",
      tableName: TABLE,
      tableCreated: true,
      clearExpiredByTimeout: sweeps, // The first limiter deletes expired rows for all.
      keyPrefix: name,
      points: limit,
      duration: window,
    })
  }

  async close(): Promise<void> {
    // Medusa closes its own connections.
  }
}

/** Counts in the Redis of the option `throttle.redisUrl`. */
export class RedisStore extends StoreWithFallback {
  private readonly redis: Redis

  /** @throws Error if the optional peer dependency `ioredis` is not installed */
  constructor(url: string, logger: Logger) {
    super("Redis", logger)
    const { Redis: Client } = require("ioredis") as typeof import("ioredis")
    this.redis = new Client(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: ANSWER_TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(attempt * 100, RETRY_DELAY_MS),
    })
    this.redis.on("error", () => undefined) // `ask` logs each outage once.
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

/** Removes the names of the limiter's statements: a pooler in transaction mode loses prepared statements. */
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
