import { inkOn, standOut } from "./colors"
import { html, type Html } from "./html"

/** The colours of one scheme, as `#rrggbb`. */
export type Palette = {
  page: string
  card: string
  line: string
  text: string
  quiet: string
  link: string
  button: string
  /** The button's border, which shows where it is when its own colour is nearly the card's. */
  edge: string
  ink: string
}

/** What WCAG 2 asks of text (1.4.3), and of what must be seen but not read (1.4.11). */
const [READABLE, VISIBLE] = [4.5, 3]

/** The colours for light rooms and dark ones, around the store's own. */
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
    link: standOut(color, card, READABLE),
    button: color,
    edge: standOut(color, card, VISIBLE),
    ink: inkOn(color),
  }
}

function darkPalette(color = "#f2f3f5"): Palette {
  const card = "#22252c"
  const button = standOut(color, card, VISIBLE)
  return {
    page: "#15171b",
    card,
    line: "#3a3f49",
    text: "#f2f3f5",
    quiet: "#a9afba",
    link: standOut(color, card, READABLE),
    button,
    edge: button,
    ink: inkOn(button),
  }
}

/**
 * The style sheets: for small screens, and for dark ones. Apart, since Gmail drops a whole sheet for
 * one rule that it does not know. Outlook marks what it darkens itself by `data-ogsc`, `data-ogsb`.
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

function darkRules(dark: Palette, within: string): Html {
  const rules: [selector: string, style: string][] = [
    [".page", `background-color:${dark.page} !important`],
    [".card", `background-color:${dark.card} !important;border-color:${dark.card} !important`],
    [".text", `color:${dark.text} !important`],
    [".quiet", `color:${dark.quiet} !important`],
    [".link", `color:${dark.link} !important`],
    [".line", `border-color:${dark.line} !important`],
    // A logo is drawn for white paper.
    [".logo", "background-color:#ffffff !important;padding:8px !important;border-radius:6px"],
    [".button", `background-color:${dark.button} !important;border-color:${dark.edge} !important`],
    [".ink", `color:${dark.ink} !important`],
  ]
  return html`${rules.map(([selector, style]) => html`${within}${selector}{${style}} `)}`
}
