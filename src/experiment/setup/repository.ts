/** Which repository this harness is from: it collects results. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Address on GitHub of the repository that collects results: what the package says, or the remote of the clone that it is; null where
 * neither is known. The repository that somebody happens to work in is another.
 */
export function collectingRepository(root = ROOT): string | null {
  return packagedRepository(root) ?? (existsSync(join(root, '.git')) ? originOf(root) : null);
}

function packagedRepository(root: string): string | null {
  const file = join(root, 'package.json');
  if (!existsSync(file)) return null;
  const { repository } = JSON.parse(readFileSync(file, 'utf8')) as { repository?: string | { url?: string } };
  const text = typeof repository === 'string' ? repository : (repository?.url ?? '');
  return githubAddress(text.replace(/^(?:github:)?([\w.-]+\/[\w.-]+)$/, 'https://github.com/$1'));
}

/** Address on GitHub of a clone's remote; null where it has none. */
export function originOf(folder: string): string | null {
  try {
    const remote = execFileSync('git', ['-C', folder, 'remote', 'get-url', 'origin'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return githubAddress(remote.trim());
  } catch {
    return null;
  }
}

/** `git@github.com:o/r.git`, `https://github.com/o/r` → `https://github.com/o/r`; nothing else of the remote, which may hold a password. */
export function githubAddress(remote: string): string | null {
  const match = /(?:^|[@/])github\.com[:/]([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(remote);
  return match ? `https://github.com/${match[1]}/${match[2]}` : null;
}
