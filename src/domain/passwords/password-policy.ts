import type { Logger } from "@medusajs/framework/types"
import type { PasswordReason } from "../errors"
import { BreachedPasswords, PWNED_PASSWORDS_URL } from "./breached-passwords"

export type PasswordRules = {
  minLength: number
  maxLength: number
  minStrength: 0 | 1 | 2 | 3 | 4
  blocklist: boolean | string[]
}

export type PasswordPolicyOptions = PasswordRules & {
  /** Whether to ask Have I Been Pwned, or the URL of another service that answers like it. */
  breached: boolean | string
}

/**
 * How much of either end zxcvbn looks at, in UTF-16 units. Its time grows with the square of the
 * length, and with it the time that nobody else is served.
 */
const STRENGTH_WINDOW = 40

/** A context word shorter than this stands in too many good passwords by chance. */
const MIN_CONTEXT_WORD = 4

/**
 * What a password must be (ASVS 5.0 6.2.1–6.2.12, NIST SP 800-63B-4 3.1.1): long enough, not on a
 * list, not about the account itself, and hard enough to guess. No rules on its composition; any
 * Unicode is welcome; nothing is truncated.
 */
export class PasswordPolicy {
  constructor(
    private readonly rules: PasswordRules,
    private readonly breached?: Pick<BreachedPasswords, "includes">,
  ) {}

  /**
   * @param password as it was typed
   * @param context words about the account: its address, names, the store's name
   * @returns every reason against it, or none. Too long a password is looked at no further.
   */
  async judge(password: string, context: readonly string[] = []): Promise<PasswordReason[]> {
    const { minLength, maxLength, minStrength, blocklist } = this.rules
    const normalized = normalizePassword(password)
    const length = [...normalized].length
    if (length > maxLength) {
      return [{ code: "too_long", message: `Use at most ${maxLength} characters.` }]
    }
    const reasons: PasswordReason[] = []
    if (length < minLength) {
      reasons.push({ code: "too_short", message: `Use at least ${minLength} characters.` })
    }
    const words = contextWords(context)
    const { isCommon, strengthOf } = await loadStrength()
    const own = Array.isArray(blocklist) ? blocklist.map((word) => word.toLowerCase()) : []
    if (own.includes(normalized.toLowerCase()) || (blocklist && isCommon(normalized))) {
      reasons.push({
        code: "common",
        message: "Choose one that is not on every list of passwords.",
      })
    }
    if (isMadeOf(normalized, words)) {
      reasons.push({
        code: "personal",
        message: "Choose one that is not made of your address, your name or the store's name.",
      })
    }
    if (!reasons.length && strengthOf(normalized, [...own, ...words]) < minStrength) {
      reasons.push({ code: "too_weak", message: "Choose one that is harder to guess." })
    }
    if (!reasons.length && (await this.breached?.includes(normalized))) {
      reasons.push({
        code: "breached",
        message: "Choose another one: this one is known from data breaches.",
      })
    }
    return reasons
  }
}

/**
 * The form in which a password is counted, judged and hashed (NIST SP 800-63B-4 3.1.1.2): keyboards
 * write the same characters differently.
 */
export function normalizePassword(password: string): string {
  return password.normalize("NFC")
}

/** The policy that the options ask for. */
export function createPasswordPolicy(
  { breached, ...rules }: PasswordPolicyOptions,
  logger: Pick<Logger, "warn">,
): PasswordPolicy {
  const url = breached === true ? PWNED_PASSWORDS_URL : breached
  return new PasswordPolicy(rules, url ? new BreachedPasswords(url, logger) : undefined)
}

function contextWords(context: readonly string[]): string[] {
  const words = context.flatMap((text) => {
    const [local = ""] = text.split("@")
    return [text, local, ...text.split(/[^\p{L}\p{N}]+/u)]
  })
  return [...new Set(words.map((word) => word.trim().toLowerCase()))].filter(
    (word) => word.length >= MIN_CONTEXT_WORD,
  )
}

/** What people add to a word: a year, a date, some punctuation. */
const ADDED = /^[^\p{L}]{0,6}$/u

/** Whether hardly anything is left of a password without one of the words. */
function isMadeOf(password: string, words: string[]): boolean {
  const lower = password.toLowerCase()
  return words.some((word) => {
    const rest = lower.replace(word, "")
    return rest !== lower && (rest.length < MIN_CONTEXT_WORD || ADDED.test(rest))
  })
}

type Strength = {
  isCommon: (password: string) => boolean
  strengthOf: (password: string, words: string[]) => number
}

let strength: Strength | undefined

/** zxcvbn and its lists, which cost 50 ms and some megabytes: loaded when first needed. */
async function loadStrength(): Promise<Strength> {
  if (!strength) {
    const { ZxcvbnFactory } = await import("@zxcvbn-ts/core")
    const { adjacencyGraphs, dictionary } = await import("@zxcvbn-ts/language-common")
    const zxcvbn = new ZxcvbnFactory({
      dictionary,
      graphs: adjacencyGraphs,
      l33tMaxSubstitutions: 10,
    })
    const common = new Set(dictionary["passwords-common"] as string[])
    strength = {
      isCommon: (password) => common.has(password.toLowerCase()),
      strengthOf: (password, words) =>
        Math.max(
          zxcvbn.check(password.slice(0, STRENGTH_WINDOW), words).score,
          password.length > STRENGTH_WINDOW
            ? zxcvbn.check(password.slice(-STRENGTH_WINDOW), words).score
            : 0,
        ),
    }
  }
  return strength
}
