/** The sources do not compile; the message has file and line. */
export class ReloadError extends Error {}
