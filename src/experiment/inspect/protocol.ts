/** Messages between the parent and the driver process: one request, one reply. */
import type { DeviceFacts } from '../../engine/port.ts';
import type { Executable } from '../../inspect/compiled.ts';

export type Question =
  | { readonly ask: 'open'; readonly adapter: string; readonly robustness?: 'off' | undefined }
  | { readonly ask: 'compile'; readonly label: string; readonly code: string; readonly entryPoint: string };

export type Answer =
  | { readonly facts: DeviceFacts }
  | { readonly executables: readonly Executable[]; readonly printed: string }
  | { readonly error: { readonly reason: string; readonly message: string } };
