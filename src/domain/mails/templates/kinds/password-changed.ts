import { address, name } from "../phrase"
import { addressOf, type Writer } from "../translator"

/** Tells the owner of an account that its password was changed, and what to do if they did not do it. */
export const passwordChanged: Writer<"passwordChanged"> = (mail, translator) => {
  const { words, fill, moment, hasSupport } = translator
  const { at, browser, ip, link } = mail
  const intro = fill(words.intro, addressOf(mail))
  return {
    subject: fill(words.subject),
    preheader: intro,
    heading: fill(words.heading),
    paragraphs: [intro],
    details: [
      { label: fill(words.when), value: moment(at) },
      ...(browser ? [{ label: fill(words.browser), value: name(withoutLinks(browser)) }] : []),
      ...(ip ? [{ label: fill(words.ipAddress), value: address(ip) }] : []),
    ],
    advice: [fill(words.wasYou), fill(words.notYou), ...(hasSupport ? [fill(words.writeTo)] : [])],
    button: link ? { label: fill(words.button), href: link } : undefined,
    notes: [],
  }
}

const MAX_BROWSER_CHARACTERS = 60

/** Removes what mail programs turn into links. An attacker who changed the password chose this text. */
function withoutLinks(browser: string): string {
  return browser.replace(/[^\p{L}\p{N} ,()-]+(?!\p{N})/gu, " ").slice(0, MAX_BROWSER_CHARACTERS)
}
