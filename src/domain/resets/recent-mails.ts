/** How many mails an account has had lately for one of its actors. */
export type MailedAccount = {
  auth_identity_id: string
  actor_type: string
  mails: number
  /** The last one so short a while ago, `throttle.spacing`, that it answers another request. */
  just_mailed: boolean
}

/** Whether another mail may go to an account. */
export class RecentMails {
  constructor(
    private readonly rows: MailedAccount[],
    private readonly limit: number,
  ) {}

  /**
   * A mail that has just gone out is the answer to another request as well, if it leads to the same
   * actor's page. And nobody gets more than the limit, of whatever actor.
   */
  areEnough(auth_identity_id: string, actor_type: string): boolean {
    const own = this.rows.filter((row) => row.auth_identity_id === auth_identity_id)
    const mails = own.reduce((sum, row) => sum + row.mails, 0)
    return (
      mails >= this.limit || own.some((row) => row.just_mailed && row.actor_type === actor_type)
    )
  }
}
