import { MedusaError } from "@medusajs/framework/utils"

/**
 * What the work resolves to, if it does so in time. It is not stopped: nobody waits for it any more.
 *
 * @param patience milliseconds
 * @param who is waited for, as the error says it
 * @throws MedusaError `unexpected_state` where the time is up; else what the work throws
 */
export async function withDeadline<T>(work: Promise<T>, patience: number, who: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    const { UNEXPECTED_STATE } = MedusaError.Types
    const isLate = () =>
      reject(new MedusaError(UNEXPECTED_STATE, `${who} gave no answer for ${patience / 1000} s`))
    timer = setTimeout(isLate, patience)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}
