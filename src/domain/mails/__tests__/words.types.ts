// Compiled, never run. That all languages have the words that English has is in `locales.spec.ts`.
import type { Differing, None } from "../../../__tests__/differing"
import type { Words } from "../types"

export type English = None<Differing<Words, typeof import("../languages/locales/en.json")>>
