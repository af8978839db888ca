import fc from "fast-check"
import { contrast } from "../templates/colors"
import { palettes } from "../templates/theme"

const color = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, "0")}`)

it("whatever colour a store has, its button and links can be read, in light and in dark", () => {
  fc.assert(
    fc.property(color, (brand) => {
      for (const { button, ink, link, card, edge } of Object.values(palettes(brand))) {
        expect(contrast(ink, button)).toBeGreaterThanOrEqual(4.5)
        expect(contrast(link, card)).toBeGreaterThanOrEqual(4.5)
        expect(contrast(edge, card)).toBeGreaterThanOrEqual(3)
      }
    }),
    { numRuns: 2000 },
  )
})

it("all other text can be read, too, on the card and around it", () => {
  for (const { text, quiet, card, page } of Object.values(palettes())) {
    for (const background of [card, page]) {
      expect(contrast(text, background)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(quiet, background)).toBeGreaterThanOrEqual(4.5)
    }
  }
})

it("a colour that can be read is left as it is", () => {
  expect(palettes("#0F766E").light).toMatchObject({ button: "#0f766e", link: "#0f766e" })
})

it("contrast is what WCAG says it is", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21)
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2)
})
