import { formatDuration, formatList, formatMoment } from "../languages/formats"

describe("durations", () => {
  it.each([
    [60, "1 minute"],
    [899.6, "15 minutes"],
    [3600, "1 hour"],
    [5400, "90 minutes"],
    [86_400, "24 hours"],
    [5, "1 minute"],
    [-5, "1 minute"],
  ])("of %s seconds are %s", (seconds, words) => {
    expect(formatDuration(seconds, "en")).toBe(words)
  })

  it.each([
    ["pl", 60, "1 minuta"],
    ["pl", 120, "2 minuty"],
    ["pl", 900, "15 minut"],
    ["pl", 82_800, "23 godziny"],
    ["cs", 60, "1 minuta"],
    ["cs", 180, "3 minuty"],
    ["cs", 86_400, "24 hodin"],
    ["ar", 120, "دقيقتان"],
    ["ar", 300, "5 دقائق"],
    ["ar", 900, "15 دقيقة"],
    ["ja", 900, "15 分"],
    ["de-AT", 3600, "1 Stunde"],
    ["tlh", 900, "15 minutes"],
  ])("follow the plurals of %s: %s seconds are %s", (locale, seconds, words) => {
    expect(formatDuration(seconds, locale)).toBe(words)
  })
})

it("moments stand in the store's time zone, and name it", () => {
  const at = new Date("2026-07-01T22:30:00Z")
  expect(formatMoment(at, "en-GB", "UTC")).toMatch(/^1 July 2026 at 22:30 UTC$/)
  expect(formatMoment(at, "de", "Europe/Vienna")).toMatch(/^2\. Juli 2026 um 00:30 MESZ$/)
  expect(formatMoment(at, "tlh", "UTC")).toMatch(/^July 1, 2026 at 10:30\sPM UTC$/)
})

it("lists are put together as the language does", () => {
  expect(formatList(["Google"], "en")).toBe("Google")
  expect(formatList(["Google", "GitHub"], "fr")).toBe("Google et GitHub")
  expect(formatList(["Google", "iTunes"], "es")).toBe("Google e iTunes")
})
