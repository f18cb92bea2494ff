/** Why a case has no time: a reason code and a message. */
export interface Refusal {
  readonly status: 'failed' | 'skipped';
  readonly reason: string;
  readonly detail: string;
  /** The kernel's rule by which no device can serve the case, if that is the reason. */
  readonly rule?: string;
}
