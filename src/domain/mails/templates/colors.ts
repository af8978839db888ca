type Rgb = [number, number, number]

/** The contrast of two `#rrggbb` colours as WCAG 2 reckons it: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** The colour itself where it stands out from a background by `ratio`; else the nearest shade that does. */
export function standOut(color: string, background: string, ratio: number): string {
  const towards = luminance(background) > 0.18 ? "#000000" : "#ffffff"
  for (let share = 0; share < 1; share += 0.05) {
    const shade = mix(color, towards, share)
    if (contrast(shade, background) >= ratio) {
      return shade
    }
  }
  return towards
}

/** White or black, whichever can be read on a colour; one of them always reaches 4.5. */
export function inkOn(color: string): string {
  return contrast("#ffffff", color) >= 4.5 ? "#ffffff" : "#000000"
}

function mix(color: string, other: string, share: number): string {
  const [a, b] = [channels(color), channels(other)]
  const mixed = a.map((value, index) => Math.round(value + (b[index]! - value) * share))
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`
}

/** Relative luminance, WCAG 2.2. */
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
