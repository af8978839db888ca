import { MedusaError } from "@medusajs/framework/utils"
import type { Guard } from "./guard"

/** How the id of each workflow of the plugin begins. */
const PREFIX = "password-reset-"

/**
 * Refuses to run a workflow of the plugin, or to end a step of one, through Medusa's own routes: what a route
 * of the plugin refuses must not be had by running its workflow. The id is read as Medusa's routes read it,
 * so every spelling of the path is meant. Code of the store's own may run them.
 */
export const keepWorkflowsInside: Guard = (req, _, next) => {
  const isRead = req.method === "GET" || req.method === "HEAD"
  if (!isRead && req.params.workflow_id?.startsWith(PREFIX)) {
    return next(
      new MedusaError(MedusaError.Types.FORBIDDEN, "This workflow can only be run by code"),
    )
  }
  next()
}
