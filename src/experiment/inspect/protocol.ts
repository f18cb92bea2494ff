/** What the parent and the process with the driver say to each other: one question, one answer. */
import type { DeviceFacts } from '../../engine/port.ts';
import type { Executable } from '../../inspect/compiled.ts';

export type Question =
  | { readonly ask: 'open'; readonly adapter: string; readonly robustness?: 'off' | undefined }
  | { readonly ask: 'compile'; readonly label: string; readonly code: string; readonly entryPoint: string };

export type Answer =
  | { readonly facts: DeviceFacts }
  | { readonly executables: readonly Executable[]; readonly printed: string }
  | { readonly error: { readonly reason: string; readonly message: string } };
