import type { Logger } from "@medusajs/framework/types"
import type { PasswordReason, PasswordReasonCode } from "../errors"
import { BreachedPasswords, PWNED_PASSWORDS_URL } from "./breached-passwords"
import { wordReason } from "./reason-words"

/** The rules that need no other service. */
export type PasswordRules = {
  /** In Unicode code points. */
  minLength: number
  /** In Unicode code points. */
  maxLength: number
  /** The least score by zxcvbn that passes; 0 lets every password pass. */
  minStrength: 0 | 1 | 2 | 3 | 4
  /** Whether to refuse common passwords; a list refuses its words as well. */
  blocklist: boolean | string[]
}

/** The option `password` with its defaults filled in. */
export type PasswordPolicyOptions = PasswordRules & {
  /** Whether to ask Have I Been Pwned, or the URL of a service with the same API. */
  breached: boolean | string
}

/**
 * How much of the beginning and of the end zxcvbn scores, in UTF-16 units. Its time grows with the square of
 * the length, and it blocks the process meanwhile.
 */
const STRENGTH_WINDOW_UNITS = 40

/**
 * The longest text that is taken for a password, in UTF-16 units. The time to normalise it grows with the square of
 * a run of combining marks. `maxLength` is 1024 characters at most, so nothing longer can be a password by the rules.
 */
export const MAX_SECRET_UNITS = 4096

/** How much of each context text is looked for: its time grows with the text. */
const MAX_CONTEXT_UNITS = 320

/** The shortest context word that is looked for. Good passwords contain shorter ones by chance. */
const MIN_CONTEXT_WORD_CHARACTERS = 4

/**
 * Judges passwords (ASVS 5.0 6.2.1–6.2.12, NIST SP 800-63B-4 3.1.1). A password must be long enough, not
 * common, not made of words about the account, and hard to guess. There are no composition rules, all of
 * Unicode is allowed, and nothing is truncated.
 */
export class PasswordPolicy {
  constructor(
    private readonly rules: PasswordRules,
    private readonly breached?: Pick<BreachedPasswords, "includes">,
  ) {}

  /**
   * Finds the reasons to refuse a password. The length is checked first: no other rule runs on a password that
   * is too long.
   *
   * @param password as typed
   * @param context texts about the account: its address, its names, the store's name
   * @returns all reasons that apply; empty if the password is accepted
   */
  async judge(password: string, context: readonly string[] = []): Promise<PasswordReason[]> {
    const { minLength, maxLength, minStrength, blocklist } = this.rules
    const normalized = normalizePassword(password)
    const length = [...normalized].length
    if (length > maxLength) {
      return [this.reason("too_long")]
    }
    const reasons: PasswordReason[] = []
    if (length < minLength) {
      reasons.push(this.reason("too_short"))
    }
    const words = contextWords(context)
    const { isCommon, strengthOf } = await loadStrength()
    const blocked = Array.isArray(blocklist) ? blocklist.map((word) => word.toLowerCase()) : []
    if (blocked.includes(normalized.toLowerCase()) || (blocklist && isCommon(normalized))) {
      reasons.push(this.reason("common"))
    }
    if (isMadeOf(normalized, words)) {
      reasons.push(this.reason("personal"))
    }
    if (!reasons.length && strengthOf(normalized, [...blocked, ...words]) < minStrength) {
      reasons.push(this.reason("too_weak"))
    }
    if (!reasons.length && (await this.breached?.includes(normalized))) {
      reasons.push(this.reason("breached"))
    }
    return reasons
  }

  private reason(code: PasswordReasonCode): PasswordReason {
    return { code, message: wordReason(code, this.rules) }
  }
}

/**
 * Normalizes a password before it is counted, judged or hashed (NIST SP 800-63B-4 3.1.1.2). Keyboards encode
 * the same character differently. What is longer than any rule allows stays as it is.
 */
export function normalizePassword(password: string): string {
  return password.length > MAX_SECRET_UNITS ? password : password.normalize("NFC")
}

/** Creates the policy from its options. `logger` is told when the breach service does not answer. */
export function createPasswordPolicy(
  { breached, ...rules }: PasswordPolicyOptions,
  logger: Pick<Logger, "warn">,
): PasswordPolicy {
  const url = breached === true ? PWNED_PASSWORDS_URL : breached
  return new PasswordPolicy(rules, url ? new BreachedPasswords(url, logger) : undefined)
}

/** Splits texts into words: each text, an address's local part, and every run of letters and digits. */
function contextWords(context: readonly string[]): string[] {
  const words = context.flatMap((whole) => {
    const text = whole.slice(0, MAX_CONTEXT_UNITS)
    const [local = ""] = text.split("@")
    return [text, local, ...text.split(/[^\p{L}\p{N}]+/u)]
  })
  return [...new Set(words.map((word) => word.trim().toLowerCase()))].filter(
    (word) => word.length >= MIN_CONTEXT_WORD_CHARACTERS,
  )
}

/** What people add to a word: a year, a date, punctuation. */
const ADDITION = /^[^\p{L}]{0,6}$/u

/** Whether a password is one of the words with little added to it. */
function isMadeOf(password: string, words: string[]): boolean {
  const lower = password.toLowerCase()
  return words.some((word) => {
    const rest = lower.replace(word, "")
    return rest !== lower && (rest.length < MIN_CONTEXT_WORD_CHARACTERS || ADDITION.test(rest))
  })
}

type Strength = {
  isCommon: (password: string) => boolean
  /** The score by zxcvbn, 0 to 4. `words` are easy to guess. */
  strengthOf: (password: string, words: string[]) => number
}

let strength: Strength | undefined

/** Loads zxcvbn and its word lists when first needed: they cost 50 ms and some megabytes. */
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
          zxcvbn.check(password.slice(0, STRENGTH_WINDOW_UNITS), words).score,
          password.length > STRENGTH_WINDOW_UNITS
            ? zxcvbn.check(password.slice(-STRENGTH_WINDOW_UNITS), words).score
            : 0,
        ),
    }
  }
  return strength
}
