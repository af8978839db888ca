/** Calls back once, some time after it was last set. It keeps no process alive. */
export class Timer {
  private timeout?: NodeJS.Timeout
  private isStopped = false

  get isSet(): boolean {
    return this.timeout !== undefined
  }

  /** Replaces what was set before. */
  set(milliseconds: number, callback: () => void): void {
    clearTimeout(this.timeout)
    if (this.isStopped) {
      return
    }
    this.timeout = setTimeout(() => {
      this.timeout = undefined
      callback()
    }, milliseconds)
    this.timeout.unref()
  }

  /** Stops for good: what is set from now on never calls back. */
  stop(): void {
    this.isStopped = true
    clearTimeout(this.timeout)
    this.timeout = undefined
  }
}
