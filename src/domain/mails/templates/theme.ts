import { textColorOn, withContrast } from "./colors"
import { html, type Html } from "./html"

/** The colours of the light or the dark scheme, as `#rrggbb`. */
export type Palette = {
  page: string
  card: string
  line: string
  text: string
  quiet: string
  link: string
  button: string
  /** The border of the button. It shows the button when its colour is close to the card's. */
  edge: string
  /** The text of the button. */
  ink: string
}

/** The contrast ratio that WCAG 2 requires of text (1.4.3). */
const TEXT_CONTRAST = 4.5
/** The contrast ratio that WCAG 2 requires of controls (1.4.11). */
const CONTROL_CONTRAST = 3

/**
 * The light and the dark colours, built around the store's own.
 *
 * @param brand `#rrggbb`; anything else counts as none
 */
export function palettes(brand?: string): { light: Palette; dark: Palette } {
  const color = brand && /^#[0-9a-f]{6}$/i.test(brand) ? brand.toLowerCase() : undefined
  return { light: lightPalette(color), dark: darkPalette(color) }
}

function lightPalette(color = "#1b1d21"): Palette {
  const card = "#ffffff"
  return {
    page: "#f3f4f6",
    card,
    line: "#e3e5e9",
    text: "#1b1d21",
    quiet: "#5a606c",
    link: withContrast(color, card, TEXT_CONTRAST),
    button: color,
    edge: withContrast(color, card, CONTROL_CONTRAST),
    ink: textColorOn(color),
  }
}

function darkPalette(color = "#f2f3f5"): Palette {
  const card = "#22252c"
  const button = withContrast(color, card, CONTROL_CONTRAST)
  return {
    page: "#15171b",
    card,
    line: "#3a3f49",
    text: "#f2f3f5",
    quiet: "#a9afba",
    link: withContrast(color, card, TEXT_CONTRAST),
    button,
    edge: button,
    ink: textColorOn(button),
  }
}

/**
 * The style sheets for small screens and for dark mode. They are separate, since Gmail drops a whole sheet
 * when it does not know one of its rules. Outlook marks what it darkens with `data-ogsc` and `data-ogsb`.
 */
export function styleSheets(dark: Palette): Html {
  return html`<style>
      :root {
        color-scheme: light dark;
        supported-color-schemes: light dark;
      }
      @media (max-width: 480px) {
        .outer {
          padding: 16px 8px !important;
        }
        .inner {
          padding: 28px 20px !important;
        }
        .action,
        .action a {
          width: 100% !important;
          box-sizing: border-box !important;
        }
      }
    </style>
    <style>
      @media (prefers-color-scheme: dark) {
        ${darkRules(dark, "")}
      }
    </style>
    <style>
      ${darkRules(dark, "[data-ogsc] ")} ${darkRules(dark, "[data-ogsb] ")}
    </style>`
}

/** @param scope a selector that all rules are nested in, with a trailing space, or empty */
function darkRules(dark: Palette, scope: string): Html {
  const rules: [selector: string, style: string][] = [
    [".page", `background-color:${dark.page} !important`],
    [".card", `background-color:${dark.card} !important;border-color:${dark.card} !important`],
    [".text", `color:${dark.text} !important`],
    [".quiet", `color:${dark.quiet} !important`],
    [".link", `color:${dark.link} !important`],
    [".line", `border-color:${dark.line} !important`],
    // Logos are usually drawn for a white background.
    [".logo", "background-color:#ffffff !important;padding:8px !important;border-radius:6px"],
    [".button", `background-color:${dark.button} !important;border-color:${dark.edge} !important`],
    [".ink", `color:${dark.ink} !important`],
  ]
  return html`${rules.map(([selector, style]) => html`${scope}${selector}{${style}} `)}`
}
