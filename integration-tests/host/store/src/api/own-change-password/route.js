const { ownChangePasswordWorkflow } = require("../../workflows/change-password")

/** Runs the store's own workflow, for whoever says so: this store is for tests. */
exports.POST = async (req, res) => {
  const { result } = await ownChangePasswordWorkflow(req.scope).run({ input: req.body })
  res.json(result)
}
