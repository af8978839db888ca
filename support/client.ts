/** An answer as a client sees it; `body` is empty unless the answer is JSON. */
export type Answer = {
  status: number
  body: Record<string, unknown>
  text: string
  headers: Headers
}

export type RequestHeaders = Record<string, string>

/** A client of one instance of a shop. */
export class Client {
  /**
   * @param url of the instance
   * @param secrets where every password that goes over the wire is noted
   */
  constructor(
    readonly url: string,
    private readonly secrets = new Set<string>(),
  ) {}

  async request(
    method: string,
    path: string,
    body?: object,
    headers: RequestHeaders = {},
  ): Promise<Answer> {
    this.noteSecrets(body)
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body && { "content-type": "application/json" }), ...headers },
      body: body && JSON.stringify(body),
    })
    const text = await response.text()
    const isJson = response.headers.get("content-type")?.includes("json")
    return {
      status: response.status,
      body: isJson ? (JSON.parse(text) as Answer["body"]) : {},
      text,
      headers: response.headers,
    }
  }

  get(path: string, headers?: RequestHeaders): Promise<Answer> {
    return this.request("GET", path, undefined, headers)
  }

  post(path: string, body?: object, headers?: RequestHeaders): Promise<Answer> {
    return this.request("POST", path, body, headers)
  }

  register(email: string, password: string, actor = "customer"): Promise<Answer> {
    return this.post(`/auth/${actor}/emailpass/register`, { email, password })
  }

  login(email: string, password: string, actor = "customer"): Promise<Answer> {
    return this.post(`/auth/${actor}/emailpass`, { email, password })
  }

  /** Asks for a reset. */
  ask(identifier: string, actor = "customer", headers?: RequestHeaders): Promise<Answer> {
    return this.post(`/auth/${actor}/emailpass/reset-password`, { identifier }, headers)
  }

  /** Asks whether a link works, without spending it. */
  check(token: string): Promise<Answer> {
    return this.get("/auth/customer/emailpass/reset-password", bearer(token))
  }

  update(token: string, password: string, actor = "customer"): Promise<Answer> {
    return this.post(`/auth/${actor}/emailpass/update`, { password }, bearer(token))
  }

  /** The user who is signed in. */
  adminMe(token: string): Promise<Answer> {
    return this.get("/admin/users/me", bearer(token))
  }

  private noteSecrets(body: object = {}): void {
    const { password, old_password } = body as Record<string, unknown>
    for (const secret of [password, old_password]) {
      if (typeof secret === "string") {
        this.secrets.add(secret)
      }
    }
  }
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}

/** Reads a text out of an answer's body: `textAt(answer, "api_key", "token")`. */
export function textAt({ status, body, text }: Answer, ...path: string[]): string {
  let found: unknown = body
  for (const name of path) {
    found = (found as Record<string, unknown> | undefined)?.[name]
  }
  if (typeof found !== "string") {
    throw new Error(`the answer (${status}) has no ${path.join(".")}: ${text}`)
  }
  return found
}
