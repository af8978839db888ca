import { MedusaError } from "@medusajs/framework/utils"

/**
 * Waits for work until a deadline. Late work is not stopped; its result is ignored.
 *
 * @param who does the work, as the error message names it: "the event bus"
 * @throws MedusaError `unexpected_state` if the work is late; else what the work throws
 */
export async function withDeadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  who: string,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    const { UNEXPECTED_STATE } = MedusaError.Types
    const rejectLate = () =>
      reject(
        new MedusaError(UNEXPECTED_STATE, `${who} did not answer within ${timeoutMs / 1000} s`),
      )
    timer = setTimeout(rejectLate, timeoutMs)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}
