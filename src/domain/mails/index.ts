/** What other rooms and tools use of the mails. */
export { faultsOfLocale } from "./languages/faults"
export { negotiateLocale } from "./languages/words"
export { renderMail } from "./render-mail"
export type * from "./types"
