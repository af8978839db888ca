/** A map with a limited number of entries. It removes the oldest to make room for a new one. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  constructor(private readonly limit: number) {
    super()
  }

  /** Setting an entry again makes it the newest. */
  override set(key: Key, value: Value): this {
    this.delete(key)
    const oldest = this.keys().next()
    if (this.size >= this.limit && !oldest.done) {
      this.delete(oldest.value)
    }
    return super.set(key, value)
  }
}
