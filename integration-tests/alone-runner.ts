import TestRunner from "jest-runner"

/**
 * Runs spec files one after the other, while no other spec runs.
 *
 * jest runs the files of one runner after those of another, never at the same time. The project `alone` of
 * `jest.config.js` uses this runner for tests that compare times, which another spec would distort.
 */
export default class AloneRunner extends TestRunner {
  override readonly isSerial = true
}
