/** Calls back once, some time after it was last set. It does not keep the process alive. */
export class Timer {
  private timeout?: NodeJS.Timeout
  private isStopped = false

  /** Whether a callback is pending. */
  get isSet(): boolean {
    return this.timeout !== undefined
  }

  /** Schedules a callback and cancels the pending one. */
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

  /** Cancels the pending callback and ignores all later ones. */
  stop(): void {
    this.isStopped = true
    clearTimeout(this.timeout)
    this.timeout = undefined
  }
}
