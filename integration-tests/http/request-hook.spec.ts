import { MedusaError } from "@medusajs/framework/utils"
import { requestPasswordResetWorkflow } from "../../src/workflows"
import { withStore } from "../store"

const seen: unknown[] = []
requestPasswordResetWorkflow.hooks.validate((request) => {
  seen.push(request)
  if (request.identifier.endsWith("@blocked.example")) {
    throw new MedusaError(MedusaError.Types.NOT_ALLOWED, "Not from here")
  }
})

withStore("a request in a store that hooks into it", (store) => {
  it("is refused by what the hook throws, and leaves nothing", async () => {
    const answer = await store.requestReset("jane@blocked.example")

    expect([answer.status, answer.body.message]).toEqual([400, "Not from here"])
    expect(await store.resets()).toEqual([])
  })

  it("is taken down and mailed where the hook lets it pass", async () => {
    await store.register("jane@shop.example", "old-password")
    const answer = await store.requestReset("jane@shop.example")
    await store.settled()

    expect(answer.status).toBe(201)
    expect(seen.at(-1)).toMatchObject({ identifier: "jane@shop.example", actor_type: "customer" })
    expect(store.inbox.mails).toHaveLength(1)
  })
})
