import { address, name } from "../phrase"
import { to, type Writer } from "../translator"

/** Tells an account's owner that its password was changed, and what to do if it was somebody else. */
export const passwordChanged: Writer<"passwordChanged"> = (mail, translator) => {
  const { words, fill, moment, hasSupport } = translator
  const { at, browser, ip, link } = mail
  const intro = fill(words.intro, to(mail))
  return {
    subject: fill(words.subject),
    preheader: intro,
    heading: fill(words.heading),
    paragraphs: [intro],
    details: [
      { label: fill(words.when), value: moment(at) },
      ...(browser ? [{ label: fill(words.browser), value: name(asWords(browser)) }] : []),
      ...(ip ? [{ label: fill(words.ipAddress), value: address(ip) }] : []),
    ],
    advice: [fill(words.wasYou), fill(words.notYou), ...(hasSupport ? [fill(words.writeTo)] : [])],
    button: link ? { label: fill(words.button), href: link } : undefined,
    notes: [],
  }
}

/** The longest name of a browser, in characters. */
const LONGEST = 60

/** Whoever changed the password chose what the browser calls itself: it must not read as a link. */
function asWords(browser: string): string {
  return browser.replace(/[^\p{L}\p{N} ,()-]+(?!\p{N})/gu, " ").slice(0, LONGEST)
}
