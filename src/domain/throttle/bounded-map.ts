/** A map that forgets its oldest entry rather than grow past its limit. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  constructor(private readonly limit: number) {
    super()
  }

  /** An entry that is set anew counts as the youngest. */
  override set(key: Key, value: Value): this {
    this.delete(key)
    const oldest = this.keys().next()
    if (this.size >= this.limit && !oldest.done) {
      this.delete(oldest.value)
    }
    return super.set(key, value)
  }
}
