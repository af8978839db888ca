import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { onWorkEnd } from "../guards/on-work-end"

const setUp = (state: { closed?: boolean; destroyed?: boolean } = {}) => {
  const sent: unknown[] = []
  const res = { closed: state.closed ?? false, end: (chunk: unknown) => void sent.push(chunk) }
  const req = { socket: { destroyed: state.destroyed ?? false } }
  const ends: boolean[] = []
  onWorkEnd(req as MedusaRequest, res as unknown as MedusaResponse, (isAnswered) =>
    ends.push(isAnswered),
  )
  return { res, sent, ends }
}

describe("the work on a request", () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  it("ends once, with its answer, whoever reads it", () => {
    const { res, sent, ends } = setUp()
    expect(ends).toEqual([])

    res.end("answer")
    res.end("again")
    jest.runAllTimers()

    expect(ends).toEqual([true])
    expect(sent).toEqual(["answer", "again"])
  })

  it("ends without an answer after a lease, so that a lost request holds nothing for ever", () => {
    const { ends } = setUp()

    jest.advanceTimersByTime(119_999)
    expect(ends).toEqual([])
    jest.advanceTimersByTime(1)
    expect(ends).toEqual([false])
  })

  it.each([{ closed: true }, { destroyed: true }])("never began where %j", (state) => {
    expect(setUp(state).ends).toEqual([false])
  })
})
