import { MedusaError } from "@medusajs/framework/utils"
import type { z } from "@medusajs/framework/zod"

/**
 * Makes the error that stops the start of a store with bad options.
 *
 * @param owner the package whose options they are, as the store's configuration names it
 * @returns MedusaError `invalid_data`, one line that names each bad option and what it must be
 */
export function badOptions(owner: string, { issues }: z.core.$ZodError): MedusaError {
  return new MedusaError(
    MedusaError.Types.INVALID_DATA,
    `${owner}: bad options in medusa-config: ${issues.map(describeIssue).join("; ")}`,
  )
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") {
    return describeUnion(issue)
  }
  if (issue.code === "unrecognized_keys") {
    const where = issue.path.length ? ` in \`${issue.path.join(".")}\`` : ""
    return `unknown option ${issue.keys.map((key) => `\`${key}\``).join(", ")}${where}`
  }
  return `\`${issue.path.join(".")}\`: ${issue.message}`
}

/** Describes an option of several types. If the store wrote an object, the errors inside it tell most. */
function describeUnion({ path, errors }: z.core.$ZodIssueInvalidUnion): string {
  const inside = errors
    .flat()
    .filter((issue) => issue.path.length > 0 || issue.code === "unrecognized_keys")
    .map((issue) => describeIssue({ ...issue, path: [...path, ...issue.path] }))
  return inside.join("; ") || `\`${path.join(".")}\`: none of the values that are allowed`
}
