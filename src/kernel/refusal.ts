/** Why a case has no number: a word for programs, a sentence for people. */
export interface Refusal {
  readonly status: 'failed' | 'skipped';
  readonly reason: string;
  readonly detail: string;
  /** The kernel's rule that no device makes it serve this by, where that is why. */
  readonly rule?: string;
}
