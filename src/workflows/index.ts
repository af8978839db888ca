export { requestPasswordResetWorkflow } from "./request-password-reset"
export type { ResetRequest as RequestPasswordResetInput } from "../domain/resets/accept-reset"
export type { Accepted as RequestPasswordResetResult } from "./steps/accept-password-reset"

export { issuePasswordResetsWorkflow } from "./issue-password-resets"
export type { IssuePasswordResetsResult } from "./issue-password-resets"

export { deliverPasswordResetsWorkflow } from "./deliver-password-resets"
export type { DeliverInput as DeliverPasswordResetsInput } from "./steps/deliver-password-resets"

export { completePasswordResetWorkflow } from "./complete-password-reset"
export type { CompleteInput as CompletePasswordResetInput } from "./complete-password-reset"

export { changePasswordWorkflow } from "./change-password"
export type { ChangePasswordInput } from "./change-password"
export type { PasswordChanged } from "./steps/set-password"

export { deliverPasswordNoticesWorkflow } from "./deliver-password-notices"

export { startPasswordResetWorkflow } from "./start-password-reset"
export type {
  Started as StartPasswordResetResult,
  StartInput as StartPasswordResetInput,
} from "./steps/start-password-reset"

export { cancelPasswordResetWorkflow } from "./cancel-password-reset"
