/** The one type of resource in the dialect. */
export const RESOURCE_TYPE = "customer_password_resets"
