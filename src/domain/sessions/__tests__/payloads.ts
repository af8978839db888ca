import { PASSWORD_GENERATION } from "../../database/medusa/generations"

/** The payload of the JWT that Medusa signs for somebody signed in. */
export const SESSION_PAYLOAD = {
  actor_id: "cus_1",
  actor_type: "customer",
  auth_identity_id: "authid_1",
  app_metadata: { customer_id: "cus_1", [PASSWORD_GENERATION]: 3 },
  user_metadata: {},
}

/** The payload of a reset token, which is no session. */
export const RESET_PAYLOAD = {
  entity_id: "jane@x.example",
  actor_type: "customer",
  purpose: "reset",
  jti: "x",
}
