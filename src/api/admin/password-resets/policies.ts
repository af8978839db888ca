/**
 * What somebody must be allowed to do where the store has switched Medusa's roles on (`rbac`): who may
 * change customers and users may start their resets, and who may read them may see their resets.
 */
export const POLICIES = { read: mayAccounts("read"), update: mayAccounts("update") }

function mayAccounts(operation: "read" | "update") {
  return ["customer", "user"].map((resource) => ({ resource, operation }))
}
