/**
 * How long `atlas` takes for a store of many machines, cases and runs, how much memory, and how large its pages become.
 *
 *     npm run eval large-atlas -- DIR [MACHINES×CASES×RUNS] [--build]
 *
 * Fills DIR/results, 50×500×200 by default (5 million rows, about 11 GB), then builds DIR/site. With `--build` the store is there.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { UsageError } from '../src/experiment/errors.ts';
import { cases } from './atlas/cases.ts';
import { machines } from './atlas/machines.ts';
import { writeStore } from './atlas/store.ts';

const USAGE = 'usage: npm run eval large-atlas -- DIR [MACHINES×CASES×RUNS] [--build]';
