/** Rings once, some time after it was set the last time. It keeps no process alive. */
export class Timer {
  private timer?: NodeJS.Timeout
  private isOff = false

  get isSet(): boolean {
    return this.timer !== undefined
  }

  /** Takes the place of what was set before. */
  set(milliseconds: number, ring: () => void): void {
    clearTimeout(this.timer)
    if (this.isOff) {
      return
    }
    this.timer = setTimeout(() => {
      this.timer = undefined
      ring()
    }, milliseconds)
    this.timer.unref()
  }

  /** For good: what is set from now on never rings. */
  stop(): void {
    this.isOff = true
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
