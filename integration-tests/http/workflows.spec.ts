import { Modules } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import * as workflows from "../../src/workflows"
import { workerOf } from "../../src/worker/worker"
import { linkIn, until } from "../inbox"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const BOSS = "boss@shop.example"

const IDS = Object.values(workflows).map((workflow) => workflow.getName())

withStore("the plugin's workflows", (store) => {
  describe("by Medusa's own routes", () => {
    let staff: Record<string, string>

    beforeEach(async () => {
      await store.register(BOSS, "old-password", "user")
      await store.becomeUser(BOSS)
      const { body } = await store.login(BOSS, "old-password", "user")
      staff = { authorization: `Bearer ${body.token as string}` }
      await store.register(JANE, "old-password")
    })

    const start = { identifier: JANE, token: "handed_out", start: { started_by: "user:forged" } }

    it.each(IDS)("can't be run by staff: %s", async (id) => {
      const answer = await store.post(`/admin/workflows-executions/${id}/run`, { input: {} }, staff)

      expect(answer.status).toBe(403)
    })

    it.each([
      "/admin/workflows-executions/password-reset-start/run",
      "/admin/workflows-executions/password-reset-start/run/",
      "/ADMIN/Workflows-Executions/password-reset-start/RUN",
      "/admin/workflows-executions/password%2Dreset%2dstart/run",
      "/admin/workflows-executions/%70assword-reset-start/run?x=1",
      "/admin/workflows-executions/password-reset-start/r%75n",
      "//admin/workflows-executions/password-reset-start/run",
      "/admin//workflows-executions/password-reset-start/run",
      "/admin/workflows-executions/password-reset-start;x/run",
      "/admin/workflows-executions/./password-reset-start/run",
      "/admin/workflows-executions/password-reset-start/steps/success",
      "/admin/workflows-executions/password-reset-start/steps/failure",
    ])("can't be run by any spelling of the path: %s", async (path) => {
      const answer = await fetch(`${store.url}${path}`, {
        method: "POST",
        headers: { ...staff, "content-type": "application/json" },
        body: JSON.stringify({ input: start }),
      })

      expect([403, 404]).toContain(answer.status)
      expect(await store.resets()).toEqual([])
    })

    it("leave a link alive where staff run Medusa's own, which signs with the secret that they name", async () => {
      const token = await store.tokenFor(JANE)
      const deliver = jest.spyOn(workerOf(store.container()), "deliver")

      const path = "/admin/workflows-executions/generate-reset-password-token/run"
      const mint = { entityId: JANE, actorType: "customer", provider: "emailpass", secret: "x" }
      expect((await store.post(path, { input: mint }, staff)).status).toBe(200)
      await until(() => deliver.mock.calls.length > 0, "the event")
      deliver.mockRestore()
      await store.mailFor(BOSS, "user") // What came before it has been worked off.

      expect(await store.inbox.mailsFor(JANE)).toHaveLength(1)
      expect((await store.update(token, { password: "new-password" })).status).toBe(200)
    })

    it("leave those of the store to them", async () => {
      const path = "/admin/workflows-executions/password-reset/run"
      expect((await store.post(path, { input: {} }, staff)).status).toBe(404) // There is none.
    })
  })

  it("hand out no token where the engine runs them by their id", async () => {
    await store.register(JANE, "old-password")
    const engine = store.container().resolve(Modules.WORKFLOW_ENGINE)
    const input = { identifier: JANE, token: "handed_out", start: { started_by: "user:1" } }

    for (const [id, given] of [
      ["password-reset-start", input],
      ["password-reset-issue", { limit: 1 }],
    ] as const) {
      const { errors } = await engine.run(id, { input: given, throwOnError: false })
      expect(errors.map(({ error }: { error: Error }) => error.message)).toEqual([
        expect.stringContaining("Tokens are given to none but the code that calls"),
      ])
    }
    expect(await store.resets()).toEqual([])
  })

  it("give the code that runs them all, and those who listen to the engine no token and no password", async () => {
    const engine = store.container().resolve(Modules.WORKFLOW_ENGINE)
    const heard: string[] = []
    for (const workflowId of IDS) {
      await engine.subscribe({
        workflowId,
        subscriber: ({ eventType, step, response, result, errors }: Record<string, unknown>) =>
          void heard.push(JSON.stringify({ eventType, step, response, result, errors })),
        subscriberId: `listener-${workflowId}`,
      })
    }
    await store.register(JANE, "first-password")
    const secrets = ["first-password"]
    const run = (workflow: unknown, input: object) =>
      (workflow as Runnable)(store.container()).run({ input })
    // Only what the engine runs by its id is told to listeners.
    const runByEngine = (workflow: { getName(): string }, input: object) =>
      engine.run(workflow.getName(), { input })

    // A mail by the event, one that is tried again, and one that is handed out.
    store.inbox.refused.set(JANE, 450)
    await runByEngine(workflows.requestPasswordResetWorkflow, {
      identifier: JANE,
      actor_type: "customer",
      metadata: { from: "a-stranger" },
    })
    await store.settled()
    store.inbox.refused.clear()
    await store.retry()
    secrets.push(linkIn((await store.inbox.mailsFor(JANE))[0]!).token)
    const { result: both } = await run(workflows.startPasswordResetWorkflow, {
      identifier: JANE,
      token: "both",
      start: { started_by: "api-key:1" },
    })
    const [, mail] = await store.inbox.mailsFor(JANE, 2)
    await store.settled()
    expect(both).toEqual({ id: expect.any(String), token: linkIn(mail!).token })
    secrets.push(String(both.token))

    await store.asOtherWorker(async (claim) => {
      await store.sql(
        `UPDATE password_reset SET status = 'issued', due_at = now(), issued_attempt = NULL
            WHERE id = ?`,
        [String(both.id)],
      )
      const repository = store.container().resolve(PASSWORD_RESET_MODULE).resetRepository
      jest.mocked(repository.claim).mockImplementation(claim)
      const { result: issued } = await run(workflows.issuePasswordResetsWorkflow, { limit: 10 })
      expect(issued).toMatchObject({ claimed: 1, again: [{ token: expect.any(String) }] })
      const tokens = issued.again as { token: string }[]
      secrets.push(tokens[0]!.token)
      await runByEngine(workflows.deliverPasswordResetsWorkflow, { tokens })
    })
    expect(await store.inbox.mailsFor(JANE, 3)).toHaveLength(3)

    secrets.push("second-password", "third-password")
    await runByEngine(workflows.completePasswordResetWorkflow, {
      token: secrets.at(-3),
      actor_type: "customer",
      password: "second-password",
    })
    await runByEngine(workflows.changePasswordWorkflow, {
      account: { entity_id: JANE, actor_type: "customer" },
      old_password: "second-password",
      password: "third-password",
    })
    await runByEngine(workflows.deliverPasswordNoticesWorkflow, { limit: 10 })
    await store.settled()

    const seen = [
      ...heard,
      ...(await rowsOf("workflow_execution")),
      ...(await rowsOf("notification")),
      ...(await rowsOf("password_reset")),
    ].join("\n")
    expect(heard.length).toBeGreaterThan(20)
    expect(new Set(secrets).size).toBe(6)
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([])
    expect(heard.join("\n")).not.toContain("a-stranger")
  })

  type Runnable = (container: unknown) => {
    run(of: { input: unknown }): Promise<{ result: Record<string, unknown> }>
  }
  const rowsOf = async (table: string) =>
    (await store.sql<{ row: string }>(`SELECT t::text AS row FROM ${table} t`)).map(
      ({ row }) => row,
    )
})
