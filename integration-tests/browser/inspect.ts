/**
 * Runs in the page: looks for what a reader can't read or press, at the width and in the colours of now.
 *
 * @returns what is wrong, one line each
 */
export function inspect(): string[] {
  const faults: string[] = []
  const shown = [...document.body.querySelectorAll("*")].filter((one) => one.checkVisibility())
  const { scrollWidth } = document.documentElement
  if (scrollWidth > innerWidth) {
    faults.push(`is ${scrollWidth} px wide`)
  }
  for (const element of shown) {
    const { left, right } = element.getBoundingClientRect()
    if (left < -0.5 || right > innerWidth + 0.5) {
      faults.push(`<${element.localName}> reaches from ${left} to ${right}`)
    }
  }

  const numbers = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (color: string) => {
    const [r = NaN, g = NaN, b = NaN] = numbers(color).map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const backgroundOf = (element: Element) => {
    for (let one: Element | null = element; one; one = one.parentElement) {
      const { backgroundColor } = getComputedStyle(one)
      if (numbers(backgroundColor)[3] !== 0) {
        return backgroundColor
      }
    }
    return "rgb(255, 255, 255)"
  }
  const hasText = (element: Element) =>
    element.localName === "img" ||
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim())
  for (const element of shown.filter(hasText)) {
    const { color } = getComputedStyle(element)
    const background = backgroundOf(element)
    const [one, other] = [luminance(color), luminance(background)]
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    if (!(contrast >= 4.5)) {
      const text = element.textContent?.trim()
      faults.push(`${color} on ${background} is ${contrast.toFixed(2)}: ${text}`)
    }
  }

  for (const button of document.querySelectorAll(".button a")) {
    const { height } = button.getBoundingClientRect()
    if (height < 44) {
      faults.push(`the button is ${height} px high`)
    }
  }
  return faults
}
