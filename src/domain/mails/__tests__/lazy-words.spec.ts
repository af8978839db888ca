it("no words are read from disk before a mail needs them, and then only its language and English", () => {
  const loaded = () =>
    Object.keys(require.cache)
      .map((file) => /locales[/\\](\w+)\.json$/.exec(file)?.[1])
      .filter(Boolean)
  const { renderMail } = require("..") as typeof import("..")
  const { LOOK, MAILS } = require("./samples") as typeof import("./samples")
  expect(loaded()).toEqual([])

  renderMail(MAILS.reset, { ...LOOK, locale: "de-AT" })
  expect(loaded().sort()).toEqual(["de", "en"])
})
