/** The words of the mails in English. A function gets what changes from mail to mail. */
export const en = {
  reset: {
    subject: (store: string) => `Reset your password for ${store}`,
    preheader: (duration: string) => `The link works for ${duration}.`,
    heading: "Choose a new password",
    intro: (store: string, address: string) =>
      `Somebody, probably you, asked for a new password for the account ${address} at ${store}.`,
    expiry: (duration: string) => `The link below works once, and for ${duration}.`,
    button: "Choose a new password",
    linkHint: "If the button does not work, copy this address into your browser:",
    notYou:
      "You did not ask for it? Then there is nothing to do: ignore this mail, and your password stays as it is. Do not pass the link on to anybody.",
  },
}

export type Words = typeof en
