export { changeOwnPassword as POST } from "../../../../change-password/handler"
