/** A record that this harness measured, with its samples, for tests that change something in it. */
import { fileURLToPath } from 'node:url';
import type { RunRecord } from '../../../record/schema.ts';
import { readRecord, readSamples } from '../../../record/store/store.node.ts';

export const SOUND_FILE = fileURLToPath(
  new URL('../../../../results/llvmpipe-vulkan-linux-amd-epyc-2-cores/20261124T151325Z-97bae60f.json', import.meta.url),
);

const record = readSamples(SOUND_FILE, readRecord(SOUND_FILE));
if (!record) throw new Error(`${SOUND_FILE} has no samples`);

/** 26 cases in three processes on lavapipe. */
export const SOUND: RunRecord = record;
/** A day after it was measured. */
export const NOW = new Date('2026-11-25T15:00:00Z');
