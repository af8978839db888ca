export { changePassword as POST } from "../../../../change-password"
