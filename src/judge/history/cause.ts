/** Other changes at the point where a series changed. A coincidence is reported as likely cause, never as proven. */
import type { Track } from './track.ts';

/** An update shows in the first run after it; a missing run or a spell can shift the change a little. */
const NEAR = 2;

export interface Cause {
  readonly kind: 'environment' | 'kernel' | 'choice';
  /** `driver 555.42 → 560.35` */
  readonly what: string;
}

/** Changes of the environment within two runs of a run, nearest first. */
export function environmentCauses(track: Track, from: number): Cause[] {
  const found: { what: string; distance: number }[] = [];
  for (let run = Math.max(1, from - NEAR); run <= Math.min(track.runs.length - 1, from + NEAR); run++) {
    const before = track.runs[run - 1]?.facts.surroundings ?? {};
    const after = track.runs[run]?.facts.surroundings ?? {};
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [old = 'none', now = 'none'] = [before[name], after[name]];
      if (old !== now) found.push({ what: `${name} ${old} → ${now}`, distance: Math.abs(run - from) });
    }
  }
  return found.sort((a, b) => a.distance - b.distance).map(({ what }) => ({ kind: 'environment', what }));
}

/** A change of the selected kernel or its source near that run. */
export function kernelCause(track: Track, column: number, from: number): Cause | null {
  const nearby: string[] = [];
  for (let run = Math.max(0, from - NEAR - 1); run <= Math.min(track.runs.length - 1, from + NEAR); run++) {
    const kernel = track.kernels[track.runs[run]?.kernels[column] ?? 0] ?? '';
    if (kernel !== '' && kernel !== nearby.at(-1)) nearby.push(kernel);
  }
  const [old, now] = [nearby[0], nearby.at(-1)];
  if (old === undefined || now === undefined || old === now) return null;
  const [oldName = '', oldHash = ''] = old.split(' ');
  const [newName = '', newHash = ''] = now.split(' ');
  if (oldName !== newName) return { kind: 'choice', what: `runs ${newName} instead of ${oldName}` };
  return { kind: 'kernel', what: `source of ${newName} changed (${oldHash.slice(0, 8)} → ${newHash.slice(0, 8)})` };
}
