type Option = [value: string, shown: string]

/** The page that shows a mail. It asks its server for each: `/{kind}/{language}/{store}`. */
export function page({
  kinds,
  languages,
}: {
  kinds: string[]
  languages: readonly string[]
}): string {
  const names = new Intl.DisplayNames("en", { type: "language" })
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>The mails of medusa-plugin-password-reset</title>
<link rel="icon" href="data:,">
<style>
  * { box-sizing: border-box }
  body { margin: 0; height: 100vh; display: flex; flex-direction: column; background: #e8eaee;
    color: #1b1d21; font: 15px/1.4 system-ui, sans-serif }
  form { display: flex; flex-wrap: wrap; gap: 12px 20px; padding: 14px 20px; background: #fff;
    border-bottom: 1px solid #d5d9e0 }
  label { display: flex; flex-direction: column; gap: 4px; font-size: 12px; color: #5a606c }
  select { font: inherit; font-size: 15px; padding: 6px 8px; border: 1px solid #b9bfca;
    border-radius: 6px; background: #fff; color: #1b1d21 }
  strong { unicode-bidi: isolate }
  p { margin: 0; padding: 12px 20px; text-align: center; overflow-wrap: anywhere }
  main { flex: 1; display: flex; justify-content: center; padding: 0 20px 20px; min-height: 0 }
  iframe { width: 100%; height: 100%; border: 0; border-radius: 12px; background: #fff;
    box-shadow: 0 4px 24px #0002; transition: max-width .2s }
</style>
<form>
  ${select(
    "Mail",
    kinds.map((kind) => [kind, kind]),
  )}
  ${select(
    "Language",
    languages.map((tag) => [tag, `${names.of(tag)} (${tag})`]),
  )}
  ${select("Store", [
    ["plain", "plain"],
    ["branded", "logo and colour"],
    ["bright", "bright colour"],
  ])}
  ${select("Width", [
    ["1024", "desktop"],
    ["360", "phone, 360"],
    ["320", "phone, 320"],
  ])}
  ${select("Colours", [
    ["light", "light"],
    ["dark", "dark"],
  ])}
  ${select("Part", [
    ["html", "HTML"],
    ["text", "text"],
  ])}
</form>
<p>Subject: <strong dir="auto"></strong></p>
<main><iframe title="The mail" sandbox="allow-same-origin"></iframe></main>
<script>
  const form = document.forms[0], frame = document.querySelector("iframe")
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    if (form.elements[name]) form.elements[name].value = value
  }
  async function show() {
    const wish = Object.fromEntries(new FormData(form))
    history.replaceState(null, "", "#" + new URLSearchParams(wish))
    const mail = await (await fetch("/" + [wish.mail, wish.language, wish.store].join("/"))).json()
    document.querySelector("strong").textContent = mail.subject
    frame.style.maxWidth = wish.width + "px"
    frame.onload = () => darken(frame.contentDocument, wish.colours === "dark")
    frame.srcdoc = wish.part === "html" ? mail.html : "<pre>"
    frame.addEventListener("load", () => {
      const pre = frame.contentDocument.querySelector("pre")
      if (pre) {
        pre.textContent = mail.text
        pre.style = "margin:24px;font:15px/1.5 monospace;white-space:pre-wrap;overflow-wrap:anywhere"
        pre.dir = "auto"
      }
    }, { once: true })
  }
  // The choice stands in for the reader's own setting.
  function darken(mail, dark) {
    for (const sheet of mail.styleSheets) for (const rule of sheet.cssRules) {
      if (rule.media?.mediaText.includes("prefers-color-scheme")) rule.media.mediaText = dark ? "all" : "not all"
    }
    mail.documentElement.style.colorScheme = dark ? "dark" : "light"
  }
  form.onchange = show
  show()
</script>
</html>`
}

function select(name: string, options: Option[]): string {
  return `<label>${name}<select name="${name.toLowerCase()}">
    ${options.map(([value, shown]) => `<option value="${value}">${shown}</option>`).join("")}
  </select></label>`
}
