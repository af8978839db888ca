import type { ConfigModule, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, generateJwtToken, Modules } from "@medusajs/framework/utils"
import {
  createApiKeysWorkflow,
  createCustomerAccountWorkflow,
  createUserAccountWorkflow,
  generateResetPasswordTokenWorkflow,
} from "@medusajs/medusa/core-flows"
import { Redis } from "ioredis"
import sweepPasswordResets from "../src/jobs/sweep-password-resets"
import { PASSWORD_RESET_MODULE } from "../src/modules/password-reset"
import type { ResetRepository } from "../src/domain/resets/reset-repository"
import { faultIn } from "./openapi"
import { Inbox, linkIn, type ReceivedMail, until } from "./inbox"
import { type RunningStore, runStore } from "./store-runner"

const JWT_SECRET = "a-secret-of-the-tests"

/** An answer as a client sees it. */
export type Answer = { status: number; body: Record<string, unknown>; headers: Headers }

/** Sends requests one after the other and returns the answers. */
export async function answersTo(
  count: number,
  ask: (index: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let index = 0; index < count; index++) {
    answers.push(await ask(index))
  }
  return answers
}

/** The configuration of the store, which a suite may change before the store starts. */
export type StoreConfig = {
  projectConfig: ConfigModule["projectConfig"]
  modules: Record<string, { options: Record<string, any> }>
}

/** Limits so high that no test reaches them, unless it sets its own. */
const ANY_NUMBER = { limit: 100_000 }
const OPEN = {
  spacing: 0,
  perIdentifier: ANY_NUMBER,
  perIp: ANY_NUMBER,
  update: ANY_NUMBER,
  check: ANY_NUMBER,
  register: ANY_NUMBER,
  login: { perIdentifierAndIp: ANY_NUMBER, perIp: ANY_NUMBER },
  redisUrl: process.env.REDIS_URL,
}

/** Limits that tests of a dialect run into. */
export function narrowLimits(perIp: number, perIdentifier: number) {
  return {
    ...OPEN,
    perIp: { limit: perIp, window: 60 },
    update: { limit: perIp, window: 60 },
    perIdentifier: { limit: perIdentifier, window: 60 },
    trustedProxies: 1,
  }
}

/** What a test can do with a running store. */
export class TestStore {
  inbox!: Inbox

  constructor(private readonly running: () => RunningStore) {}

  container(): MedusaContainer {
    return this.running().container
  }

  get url(): string {
    return this.running().url
  }

  /**
   * Sends a request over HTTP. A body that is a string goes out unchanged, so that it can be malformed.
   *
   * @throws Error if the answer is not as docs/openapi.yaml says
   */
  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    })
    const text = await response.text()
    const type = response.headers.get("content-type")?.split(";")[0] ?? ""
    const json = type.includes("json") ? JSON.parse(text) : undefined
    const { status } = response
    const fault = faultIn(method, path, { status, type, body: json ?? text })
    if (fault) {
      throw new Error(fault)
    }
    return { status, body: json ?? { text }, headers: response.headers }
  }

  post(path: string, body?: unknown, headers?: Record<string, string>) {
    return this.request("POST", path, body, headers)
  }

  get(path: string, headers?: Record<string, string>) {
    return this.request("GET", path, undefined, headers)
  }

  /** Registers an account by the standard route. No customer or user belongs to it yet. */
  async register(email: string, password: string, actor = "customer"): Promise<void> {
    const { status, body } = await this.post(`/auth/${actor}/emailpass/register`, {
      email,
      password,
    })
    if (status !== 200) {
      throw new Error(`not registered: ${JSON.stringify(body)}`)
    }
  }

  async login(email: string, password: string, actor = "customer"): Promise<Answer> {
    return this.post(`/auth/${actor}/emailpass`, { email, password })
  }

  /** Waits until the queue for hashing, which admits 100, has room for 60: work under way goes on for a while. */
  async roomToHash(email: string, password: string, timeoutMs?: number): Promise<void> {
    const isRoom = async () => {
      const logins = Array.from({ length: 60 }, () => this.login(email, password))
      return (await Promise.all(logins)).every(({ status }) => status === 200)
    }
    await until(isRoom, "room for 60 logins", timeoutMs)
  }

  async requestReset(identifier: string, actor = "customer"): Promise<Answer> {
    return this.post(`/auth/${actor}/emailpass/reset-password`, { identifier })
  }

  /** Requests a reset and waits for its email. */
  async mailFor(address: string, actor = "customer"): Promise<ReceivedMail> {
    const before = this.inbox.mails.length
    await this.requestReset(address, actor)
    await until(() => this.inbox.mails.length > before, `a mail for ${address}`)
    await this.settled()
    return this.inbox.mails.at(-1) as ReceivedMail
  }

  async tokenFor(address: string, actor = "customer"): Promise<string> {
    return linkIn(await this.mailFor(address, actor)).token
  }

  async update(token: string, body: unknown, actor = "customer"): Promise<Answer> {
    return this.post(`/auth/${actor}/emailpass/update`, body, { authorization: `Bearer ${token}` })
  }

  async check(token: string, actor = "customer"): Promise<Answer> {
    return this.get(`/auth/${actor}/emailpass/reset-password`, { authorization: `Bearer ${token}` })
  }

  /** Runs a statement on the store's database. */
  async sql<Row = Record<string, unknown>>(statement: string, values: string[] = []) {
    const knex = this.container().resolve(ContainerRegistrationKeys.PG_CONNECTION)
    const { rows } = await knex.raw(statement, values)
    return rows as Row[]
  }

  /** All resets, newest first. */
  async resets() {
    return this.container()
      .resolve(PASSWORD_RESET_MODULE)
      .listPasswordResets({}, { order: { created_at: "DESC" } })
  }

  /** All notices of changed passwords, newest first. */
  async notices() {
    return this.container()
      .resolve(PASSWORD_RESET_MODULE)
      .listPasswordNotices({}, { order: { created_at: "DESC" } })
  }

  /** Waits until the worker has nothing left to do, apart from emails that wait to be retried. */
  async settled(): Promise<void> {
    await until(async () => {
      const rows = [...(await this.resets()), ...(await this.notices())]
      return rows.every(({ due_at, failure_reason }) => !due_at || failure_reason)
    }, "the worker")
  }

  /** Retries all emails that wait for their next attempt, and waits until it is done. */
  async retry(): Promise<void> {
    for (const table of ["password_reset", "password_notice"]) {
      await this.sql(
        `UPDATE ${table} SET due_at = now(), failure_reason = NULL WHERE due_at IS NOT NULL`,
      )
    }
    await sweepPasswordResets(this.container())
    await this.settled()
  }

  /** Claims due rows as another worker does. The store's own worker, whose sweep may come any time, gets none. */
  async asOtherWorker(work: (claim: ResetRepository["claim"]) => Promise<void>): Promise<void> {
    const { resetRepository } = this.container().resolve(PASSWORD_RESET_MODULE)
    const claim = resetRepository.claim.bind(resetRepository)
    const spy = jest
      .spyOn(resetRepository, "claim")
      .mockResolvedValue({ claimed: [], isDelayed: false })
    try {
      await work(claim)
    } finally {
      spy.mockRestore()
    }
  }

  /** Stores an account unchecked and with the address as given, as an older Medusa may have done. */
  async storeAccount(entity_id: string, app_metadata: Record<string, unknown> = {}, hash?: string) {
    return this.container()
      .resolve(Modules.AUTH)
      .createAuthIdentities({
        app_metadata,
        provider_identities: [
          { provider: "emailpass", entity_id, provider_metadata: hash ? { password: hash } : {} },
        ],
      })
  }

  /** Makes a user for the account of an address, and returns the user's id. */
  async becomeUser(email: string): Promise<string> {
    const { result } = await createUserAccountWorkflow(this.container()).run({
      input: { authIdentityId: await this.identityOf(email), userData: { email } },
    })
    return result.id
  }

  /** Makes a customer for the account of an address, and returns the customer's id. */
  async becomeCustomer(email: string): Promise<string> {
    const { result } = await createCustomerAccountWorkflow(this.container()).run({
      input: { authIdentityId: await this.identityOf(email), customerData: { email } },
    })
    return result.id
  }

  /** The id of the auth identity that an address signs in with. */
  async identityOf(email: string): Promise<string> {
    const [identity] = await this.container()
      .resolve(Modules.AUTH)
      .listAuthIdentities({ provider_identities: { entity_id: email } })
    return identity!.id
  }

  /** Makes the header that `/store` routes require. */
  async publishableKey(): Promise<Record<string, string>> {
    const { token } = await this.apiKey("publishable")
    return { "x-publishable-api-key": token }
  }

  /** Makes an API key. */
  async apiKey(type: "publishable" | "secret"): Promise<{ id: string; token: string }> {
    const { result } = await createApiKeysWorkflow(this.container()).run({
      input: { api_keys: [{ title: type, type, created_by: "" }] },
    })
    return result[0]!
  }

  /** Mints a token as Medusa does, but without the event, so that no email goes out. */
  async coreTokenWithoutMail(entity_id: string, actor_type = "customer"): Promise<string> {
    const { jti } = await this.container()
      .resolve(Modules.AUTH)
      .createPasswordResetToken({ provider: "emailpass", entity_id, ttl_seconds: 900 })
    return this.sign({ entity_id, actor_type, provider: "emailpass", purpose: "reset", jti })
  }

  /** Lets Medusa's own workflow mint a token for a customer, and emit its event. */
  async mintCoreToken(entityId: string, metadata: Record<string, unknown>): Promise<void> {
    await generateResetPasswordTokenWorkflow(this.container()).run({
      input: {
        entityId,
        actorType: "customer",
        provider: "emailpass",
        secret: JWT_SECRET,
        metadata,
      },
    })
  }

  /** Stores the account of a customer who signs in by another provider. */
  async storeOtherSignIn(email: string, { provider = "google", entity_id = "1" } = {}) {
    await this.container()
      .resolve(Modules.AUTH)
      .createAuthIdentities({
        app_metadata: { customer_id: "cus_other" },
        provider_identities: [{ provider, entity_id, user_metadata: { email } }],
      })
  }

  sign(claims: Record<string, unknown>, secret = JWT_SECRET, expiresIn: number | string = 900) {
    return generateJwtToken(claims, { secret, expiresIn })
  }
}

/** Makes scrypt take a millisecond, for suites that do not test how passwords are hashed. */
const CHEAP_HASHES = { hashConfig: { logN: 10, r: 8, p: 1 } }

/**
 * Runs a suite against the plugin as its own store, with a database and a mail server of its own.
 *
 * @param configure changes to `medusa-config.ts` for this suite
 * @param options.hasNewModules whether these add modules that have tables
 */
export function withStore(
  name: string,
  testSuite: (store: TestStore) => void,
  configure: (config: StoreConfig) => void | Promise<void> = () => undefined,
  { hasNewModules = false } = {},
): void {
  describe(name, () => {
    let inbox: Inbox

    const prepareConfig = async () => {
      inbox = await Inbox.open()
      process.env.SMTP_URL = inbox.url
      process.env.JWT_SECRET = JWT_SECRET
      const config: StoreConfig = require("../medusa-config")
      config.modules.passwordReset!.options.throttle = OPEN
      config.modules.auth!.options.providers[0].options = CHEAP_HASHES
      await configure(config)
    }

    runStore(
      (running) => {
        const store = new TestStore(running)
        beforeEach(async () => {
          await forgetRedis()
          store.inbox = inbox
          inbox.mails.length = 0
          inbox.refused.clear()
        })
        afterEach(() => store.settled())
        testSuite(store)
      },
      { configure: prepareConfig, hasNewModules },
    )

    afterAll(() => inbox.close())
  })
}

/** Empties the Redis of `npm run test:redis`, as the database is restored between tests. */
async function forgetRedis(): Promise<void> {
  if (process.env.REDIS_URL) {
    const redis = new Redis(process.env.REDIS_URL)
    await redis.flushdb()
    redis.disconnect()
  }
}
