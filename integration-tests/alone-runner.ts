import TestRunner from "jest-runner"

/**
 * Runs spec files one after the other, when no other spec runs.
 *
 * jest runs the files of one runner after those of another, never beside them. The project `alone` of
 * `jest.config.js` names this runner, for tests that compare times: a neighbour would take the
 * processor away from one of the two.
 */
export default class AloneRunner extends TestRunner {
  override readonly isSerial = true
}
