import { address, name } from "../phrase"
import { to, type Writer } from "../writing"

/** Tells an account's owner that its password was changed, and what to do if it was somebody else. */
export const passwordChanged: Writer<"passwordChanged"> = (mail, voice) => {
  const { words, say, moment, hasSupport } = voice
  const { at, browser, ip, link } = mail
  const intro = say(words.intro, to(mail))
  return {
    subject: say(words.subject),
    preheader: intro,
    heading: say(words.heading),
    paragraphs: [intro],
    details: [
      { label: say(words.when), value: moment(at) },
      ...(browser ? [{ label: say(words.browser), value: name(asWords(browser)) }] : []),
      ...(ip ? [{ label: say(words.ipAddress), value: address(ip) }] : []),
    ],
    advice: [say(words.wasYou), say(words.notYou), ...(hasSupport ? [say(words.writeTo)] : [])],
    button: link ? { label: say(words.button), href: link } : undefined,
    notes: [],
  }
}

/** The longest name of a browser, in characters. */
const LONGEST = 60

/** Whoever changed the password chose what the browser calls itself: it must not read as a link. */
function asWords(browser: string): string {
  return browser.replace(/[^\p{L}\p{N} ,()-]+(?!\p{N})/gu, " ").slice(0, LONGEST)
}
