export { requestPasswordResetWorkflow } from "./request-password-reset"
export type { RequestPasswordResetResult } from "./request-password-reset"
export type { ResetRequest } from "../modules/password-reset/types"

export { issuePasswordResetsWorkflow } from "./issue-password-resets"
export type { IssuePasswordResetsResult } from "./issue-password-resets"

export { deliverPasswordResetsWorkflow } from "./deliver-password-resets"
export type { DeliverPasswordResetsInput } from "./deliver-password-resets"

export { completePasswordResetWorkflow } from "./complete-password-reset"
export type { CompletePasswordResetInput } from "./complete-password-reset"

export { changePasswordWorkflow } from "./change-password"
export type { ChangePasswordInput } from "./change-password"
export type { PasswordChanged } from "./steps/set-password"

export { deliverPasswordNoticesWorkflow } from "./deliver-password-notices"

export { startPasswordResetWorkflow } from "./start-password-reset"
export type { StartPasswordResetInput, StartPasswordResetResult } from "./start-password-reset"

export { cancelPasswordResetWorkflow } from "./cancel-password-reset"
