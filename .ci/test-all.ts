/**
 * `npm run test:all [-- --adapter NAME]`: what `npm test` leaves out.
 *
 * First the project `slow`: fault tables, the correctness cloud, workers that hang, evaluations. Then everything that touches a
 * device once more on a second adapter, because f16 and wide subgroups are not on the embedded one: NAME, by default the
 * system's software adapter where there is one.
 *
 * SHAPEMARK_TEST_REPORTS names a folder for vitest's JSON reports.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EXIT } from '../src/cli/exit.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Folders whose tests open a device. */
const DEVICE_ROOMS = ['src/engine', 'src/kernel', 'src/measure', 'evals/faults', 'evals/cloud'];

interface Pass {
  readonly name: string;
  readonly adapter: string;
  readonly vitest: readonly string[];
}

function passesOn(adapter: string | undefined): Pass[] {
  const first = adapter ?? 'embedded';
  const slow: Pass = { name: 'slow', adapter: first, vitest: ['--project', 'slow'] };
  if (adapter !== undefined)
    return [slow, { name: 'device', adapter, vitest: ['--project', 'quick', ...DEVICE_ROOMS] }];
  if (hasSoftwareAdapter()) return [slow, { name: 'device', adapter: 'software', vitest: DEVICE_ROOMS }];
  console.log(
    'SKIPPED second adapter: the system has no software adapter (lavapipe); f16 and wide subgroups stay untested',
  );
  return [slow];
}

/** @throws Error where the adapter is there and cannot be used: that is no reason to skip. */
function hasSoftwareAdapter(): boolean {
  const doctor = ['--import', 'tsx', 'src/cli/bin.ts', 'doctor', '--adapter', 'software'];
  const { status, signal, stderr } = spawnSync(process.execPath, doctor, { cwd: ROOT, encoding: 'utf8' });
  if (status === EXIT.fine) return true;
  if (status === EXIT.nothing) return false;
  throw new Error(`the software adapter cannot be used (${signal ?? `exit code ${status}`}): ${stderr}`);
}

function passed({ name, adapter, vitest }: Pass): boolean {
  console.log(`== ${name} tests on adapter ${adapter}`);
  const folder = process.env.SHAPEMARK_TEST_REPORTS;
  const reporters = folder ? ['--reporter=default', '--reporter=json', `--outputFile.json=${folder}/${name}.json`] : [];
  const env = { ...process.env, SHAPEMARK_ADAPTER: adapter };
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...vitest, ...reporters];
  return spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' }).status === 0;
}

function adapterAskedFor(): string | undefined {
  try {
    return parseArgs({ options: { adapter: { type: 'string' } } }).values.adapter;
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message : String(error)}\nusage: npm run test:all [-- --adapter NAME]`,
    );
    process.exit(2);
  }
}

// Each runs even when one before it failed.
const results = passesOn(adapterAskedFor()).map(passed);
process.exitCode = results.every(Boolean) ? 0 : 1;
