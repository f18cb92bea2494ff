import { expect, it } from 'vitest';
import { stored } from './experiment.ts';

const PLACE = { cwd: '/', environment: {}, columns: null } as const;

/** Runs `write` as the end of a run, and says what was printed. */
async function written(write: () => string) {
  const said: string[] = [];
  let kept = false;
  const io = { ...PLACE, err: (text: string) => void said.push(text) } as unknown as Parameters<typeof stored>[0];
  const journal = {
    keep: () => {
      kept = true;
      return true;
    },
    journal: { file: '/results/m1/x.journal.ndjson' },
  };
  const outcome = await stored(io, { journal, again: 'the same --resume' } as never, write).catch(String);
  return { outcome, said: said.join(''), kept };
}

it('is not ended by a signal halfway, and says that nothing is lost', async () => {
  const heard: string[] = [];
  const { outcome, said, kept } = await written(() => {
    process.kill(process.pid, 'SIGHUP');
    heard.push('after the signal');
    return 'the record';
  });
  expect({ outcome, kept, heard }).toEqual({ outcome: 'the record', kept: false, heard: ['after the signal'] });
  expect(said).toBe('interrupted when everything was measured; the result is complete and stored\n');
  expect(process.listenerCount('SIGHUP')).toBe(0);
});

it('keeps the journal where it fails, and says how to go on', async () => {
  const { outcome, said, kept } = await written(() => {
    throw new Error('no room');
  });
  expect({ outcome, kept }).toEqual({ outcome: 'Error: no room', kept: true });
  expect(said).toBe('finished visits are kept; continue with: the same --resume\n');
});
