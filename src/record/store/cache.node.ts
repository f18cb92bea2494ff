/** What is kept between commands: in the user’s cache folder, else in the temporary one. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeFolder } from '../disk.node.ts';

export interface Cached {
  /** For messages: `unpack SwiftShader into`. */
  readonly what: string;
  /** Of the folder; another version has another name. */
  readonly name: string;
  /** What the folder holds when it is complete. */
  readonly files: readonly string[];
  readonly fill: (folder: string) => void;
  readonly roots?: readonly string[] | undefined;
}

/**
 * The folder, filled if it is not there yet.
 *
 * @throws Error with every folder that was tried and the reason why it failed
 */
export function cached({ roots = cacheRoots(), ...request }: Cached): string {
  const failures: string[] = [];
  let cause: unknown;
  for (const root of roots) {
    try {
      return cachedIn(root, request);
    } catch (error) {
      cause = error;
      failures.push(`${root}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`no folder to ${request.what} (${failures.join('; ')})`, { cause });
}

export function cacheRoots(): string[] {
  const user = process.getuid?.() ?? 0;
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return [path.join(cache, 'shapemark'), path.join(os.tmpdir(), `shapemark-${user}`)];
}

/** Written to a temporary name and renamed, so that another process never sees it incomplete. */
function cachedIn(root: string, { name, files, fill }: Omit<Cached, 'what' | 'roots'>): string {
  const isComplete = (folder: string) => files.every((file) => fs.existsSync(path.join(folder, file)));
  makeFolder(root, 0o700);
  // A shared temporary folder is writable by all users: never load another user's code from it.
  const owner = fs.statSync(root).uid;
  if (process.getuid !== undefined && owner !== process.getuid()) throw new Error(`belongs to user ${owner}`);
  const target = path.join(root, name);
  if (isComplete(target)) return target;
  const scratch = fs.mkdtempSync(path.join(root, `${name}.`));
  try {
    fill(scratch);
    fs.renameSync(scratch, target);
  } catch (error) {
    fs.rmSync(scratch, { recursive: true, force: true });
    if (!isComplete(target)) throw error;
  }
  return target;
}
