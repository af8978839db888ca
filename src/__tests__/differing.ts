/** A type with its intersections and aliases dissolved, level by level; functions stay as they are. */
type Flat<T> = T extends (...given: never[]) => unknown
  ? T
  : T extends object
    ? { [K in keyof T]: Flat<T[K]> }
    : T

/** Identical, optional keys included; being assignable both ways would overlook those. */
type IsSame<A, B> =
  (<T>() => T extends Flat<A> ? 1 : 2) extends <T>() => T extends Flat<B> ? 1 : 2 ? true : false

/** The keys in which two types differ, so that the compiler's error names them. */
export type Differing<A, B> = {
  [K in keyof (A & B)]-?: K extends keyof A & keyof B
    ? IsSame<Pick<A, K>, Pick<B, K>> extends true
      ? never
      : K
    : K
}[keyof (A & B)]

/** What must hold no key. */
export type None<Differences extends never> = Differences
