import type { MedusaRequest } from "@medusajs/framework/http"
import type { ListQuery } from "./query"

/** The links of a list to its pages (JSON:API 1.1, "Pagination"). */
export function pageLinks(
  req: MedusaRequest,
  { number, size }: ListQuery["page"],
  pageCount: number,
) {
  const last = Math.max(pageCount, 1)
  const to = (page: number) => {
    const url = new URL(req.originalUrl, `${req.protocol}://${req.get("host")}`)
    url.searchParams.set("page[number]", String(page))
    url.searchParams.set("page[size]", String(size))
    return url.href
  }
  return {
    first: to(1),
    ...(number > 1 && { prev: to(Math.min(number - 1, last)) }),
    ...(number < last && { next: to(number + 1) }),
    last: to(last),
  }
}
