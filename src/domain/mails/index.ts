/** What other rooms and tools need of the mails. Their types stand in `types.ts`. */
export { faultsOfLocale } from "./languages/faults"
export { negotiateLocale } from "./languages/words"
export { renderMail } from "./render-mail"
export type * from "./types"
