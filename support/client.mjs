/** A client of one instance of a shop. */
export class Client {
  /**
   * @param {string} url of the instance
   * @param {Set<unknown>} [secrets] where every password that goes over the wire is noted
   */
  constructor(url, secrets = new Set()) {
    this.url = url
    this.secrets = secrets
  }

  async request(method, path, body, headers = {}) {
    for (const secret of [body?.password, body?.old_password].filter(Boolean)) {
      this.secrets.add(secret)
    }
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body && { "content-type": "application/json" }), ...headers },
      body: body && JSON.stringify(body),
    })
    const text = await response.text()
    const isJson = response.headers.get("content-type")?.includes("json")
    return { status: response.status, body: isJson ? JSON.parse(text) : {}, text }
  }

  post(path, body, headers) {
    return this.request("POST", path, body, headers)
  }

  register(email, password) {
    return this.post("/auth/customer/emailpass/register", { email, password })
  }

  login(email, password, actor = "customer") {
    return this.post(`/auth/${actor}/emailpass`, { email, password })
  }

  ask(identifier, actor = "customer") {
    return this.post(`/auth/${actor}/emailpass/reset-password`, { identifier })
  }

  check(token) {
    return this.request("GET", "/auth/customer/emailpass/reset-password", undefined, bearer(token))
  }

  update(token, password, actor = "customer") {
    return this.post(`/auth/${actor}/emailpass/update`, { password }, bearer(token))
  }

  adminMe(token) {
    return this.request("GET", "/admin/users/me", undefined, bearer(token))
  }
}

export function bearer(token) {
  return { authorization: `Bearer ${token}` }
}
