/** Errors of a command that are not caused by a device, a file or the harness. */

/** Wrong usage. */
export class UsageError extends Error {}

/** There was nothing to measure, compare or report; the message says why. */
export class NothingToDo extends Error {}
