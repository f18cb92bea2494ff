/** Why a command cannot be carried out, where that is no fault of a device, a file or the harness. */

/** What was asked for is wrong. */
export class UsageError extends Error {}

/** There was nothing to measure, compare or report; the message says why. */
export class NothingToDo extends Error {}
