/**
 * Request bodies whose password a guard has already checked, in more detail than the provider can. The
 * provider checks every other password itself.
 */
export const approvedBodies = new WeakSet<object>()
