import { BoundedMap } from "../bounded-map"

describe("a bounded map", () => {
  it("forgets its oldest entry rather than grow", () => {
    const map = new BoundedMap<string, number>(2)

    map.set("a", 1).set("b", 2).set("c", 3)
    expect([...map]).toEqual([
      ["b", 2],
      ["c", 3],
    ])
  })

  it("takes an entry that is set anew for the youngest, and forgets none for it", () => {
    const map = new BoundedMap<string, number>(2)

    map.set("a", 1).set("b", 2).set("a", 3)
    expect([...map.keys()]).toEqual(["b", "a"])
    map.set("a", 4)
    expect([...map.keys()]).toEqual(["b", "a"])
    map.set("c", 5)
    expect([...map]).toEqual([
      ["a", 4],
      ["c", 5],
    ])
  })

  it("has room again for what was deleted", () => {
    const map = new BoundedMap<string, number>(2)

    map.set("a", 1).set("b", 2)
    map.delete("b")
    map.set("c", 3)
    expect([...map.keys()]).toEqual(["a", "c"])
  })
})
