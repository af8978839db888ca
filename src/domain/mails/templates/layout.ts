import { html } from "./html"
import type { MailBody, MailFrame } from "./mail-body"
import { action, content, FONT, head, smallPrint, TABLE } from "./parts"
import { palettes, styleSheets } from "./theme"

/**
 * Lays out a mail as an HTML document. It uses tables and inline styles, since mail programs support little
 * else.
 */
export function layOut(body: MailBody, frame: MailFrame): string {
  const { locale, direction, footer } = frame
  const { light, dark } = palettes(frame.color)
  const align = direction === "rtl" ? "right" : "left"
  return html`<!doctype html>
    <html lang="${locale}" dir="${direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
        <title>${body.subject.text}</title>
        ${styleSheets(dark)}
      </head>
      <body class="page" style="margin:0;padding:0;background-color:${light.page};">
        <div style="display:none;max-height:0;overflow:hidden;">${body.preheader.html}</div>
        <table ${TABLE} class="page" width="100%" style="background-color:${light.page};">
          <tr>
            <td class="outer" align="center" style="padding:40px 16px;">
              <table
                ${TABLE}
                class="card"
                width="100%"
                lang="${locale}"
                dir="${direction}"
                style="max-width:520px;border-radius:12px;border:1px solid ${light.line};border-collapse:separate;background-color:${light.card};"
              >
                <tr>
                  <td
                    class="inner"
                    align="${align}"
                    style="padding:36px 40px;text-align:${align};overflow-wrap:anywhere;"
                  >
                    ${head(frame, light)} ${content(body, light)} ${action(body, frame, light)}
                    ${smallPrint(body, light)}
                  </td>
                </tr>
              </table>
              <p
                class="quiet"
                dir="${direction}"
                style="margin:20px auto 0;max-width:440px;${FONT}font-size:12px;line-height:18px;text-align:center;overflow-wrap:anywhere;color:${light.quiet};"
              >
                ${footer.html}
              </p>
            </td>
          </tr>
        </table>
      </body>
    </html> `.source.replace(/\n\s+/g, "\n")
}
