import { execFileSync } from 'node:child_process';

const SETTINGS = ['user.name=t', 'user.email=t@example.org', 'commit.gpgsign=false', 'protocol.file.allow=always'];

/** What git says in a folder of a test, whoever runs it. */
export function gitIn(cwd: string, ...args: string[]): string {
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  return execFileSync('git', [...settings, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}
