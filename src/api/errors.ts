import type { MedusaResponse } from "@medusajs/framework/http"
import { messageOf, type PasswordRejected } from "../errors"

/** Writes what Medusa's error handler can't carry: the reasons of a refused password. */
export function sendPasswordRejected(res: MedusaResponse, { reasons }: PasswordRejected): void {
  res.status(400).json({
    type: "invalid_data",
    code: "password_rejected",
    message: messageOf(reasons),
    reasons,
  })
}
