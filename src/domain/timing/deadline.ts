import { MedusaError } from "@medusajs/framework/utils"

/**
 * Waits for work, but not for ever. Work that is late is not stopped: nobody waits for it any more.
 *
 * @param who is waited for, as the error says it
 * @throws MedusaError `unexpected_state` when the time is up; else what the work throws
 */
export async function withDeadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  who: string,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    const { UNEXPECTED_STATE } = MedusaError.Types
    const isLate = () =>
      reject(new MedusaError(UNEXPECTED_STATE, `${who} gave no answer for ${timeoutMs / 1000} s`))
    timer = setTimeout(isLate, timeoutMs)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}
