export * from "./request-password-reset"
export * from "./issue-password-resets"
export * from "./deliver-password-resets"
export * from "./complete-password-reset"
