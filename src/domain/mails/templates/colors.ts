type Rgb = [number, number, number]

/** The contrast ratio of two `#rrggbb` colours by WCAG 2: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/**
 * Darkens or lightens a colour just enough to reach a contrast with its background. A colour that reaches
 * it already is returned unchanged.
 *
 * @param ratio contrast ratio by WCAG 2, 1 to 21
 */
export function withContrast(color: string, background: string, ratio: number): string {
  const extreme = luminance(background) > 0.18 ? "#000000" : "#ffffff"
  for (let share = 0; share < 1; share += 0.05) {
    const shade = mix(color, extreme, share)
    if (contrast(shade, background) >= ratio) {
      return shade
    }
  }
  return extreme
}

/** White or black text for a background: one of them always reaches a contrast of 4.5. */
export function textColorOn(color: string): string {
  return contrast("#ffffff", color) >= 4.5 ? "#ffffff" : "#000000"
}

function mix(color: string, other: string, share: number): string {
  const [a, b] = [channels(color), channels(other)]
  const mixed = a.map((value, index) => Math.round(value + (b[index]! - value) * share))
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`
}

/** Relative luminance by WCAG 2.2: 0 for black, 1 for white. */
function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function channels(color: string): Rgb {
  return [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16)) as Rgb
}
