const {
  createApiKeysWorkflow,
  createSalesChannelsWorkflow,
  linkSalesChannelsToApiKeyWorkflow,
} = require("@medusajs/medusa/core-flows")

/** Prints a publishable key that `/store` takes: `publishable key pk_…`. */
exports.default = async ({ container }) => {
  const { result: channels } = await createSalesChannelsWorkflow(container).run({
    input: { salesChannelsData: [{ name: "Bench" }] },
  })
  const { result: keys } = await createApiKeysWorkflow(container).run({
    input: { api_keys: [{ title: "Bench", type: "publishable", created_by: "bench" }] },
  })
  const [{ id, token }] = keys
  await linkSalesChannelsToApiKeyWorkflow(container).run({
    input: { id, add: channels.map((channel) => channel.id) },
  })
  process.stdout.write(`publishable key ${token}\n`)
}
