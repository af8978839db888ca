const {
  createStep,
  createWorkflow,
  StepResponse,
  WorkflowResponse,
} = require("@medusajs/framework/workflows-sdk")
const { changePasswordWorkflow } = require("medusa-plugin-password-reset/workflows")

const noteStep = createStep("note", async ({ account }) => {
  return new StepResponse(`the store's own, for ${account.entity_id}`)
})

/** The store's own, whose name the plugin's must not be, and which runs the plugin's. */
exports.ownChangePasswordWorkflow = createWorkflow("change-password", (input) => {
  const note = noteStep(input)
  const changed = changePasswordWorkflow.runAsStep({ input })
  return new WorkflowResponse({ note, changed })
})
