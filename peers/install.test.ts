import { describe, expect, it } from 'vitest';
import type { Entry } from './catalogue.ts';
import { requireInstalled, versionOf } from './install.ts';

const entry = (installed: Entry['installed'], name: string): Entry => ({
  ...{ name, kind: 'peer', package: name, installed, dense: true, fourBit: [] },
});

describe('what is installed', () => {
  it('has a version', () => {
    expect(versionOf(entry('project', 'gpu.js'))).toMatch(/^\d+\.\d+\.\d+/);
    expect(versionOf(entry('peers', 'no-such-library'))).toBeNull();
    expect(versionOf(entry('none', ''))).toBe('-');
  });

  it('is asked for with the command that installs it', () => {
    expect(() => requireInstalled([entry('peers', 'no-such-library'), entry('none', '')])).toThrow(
      'npm ci --prefix peers',
    );
  });

  it('may be nothing, where nothing is needed', () => {
    expect(() => requireInstalled([entry('none', '')])).not.toThrow();
  });
});
