import { describe, expect, it } from 'vitest';
import { type Notice, noticesOn, noticesSchema } from './notices.ts';
import { exampleRecord } from './testdata/example.ts';
import { parseYaml } from './yaml.ts';

const record = exampleRecord();
const on = (notice: Omit<Notice, 'text'>, kernel?: string) => noticesOn([{ ...notice, text: 'x' }], { record, kernel });

describe('notices', () => {
  it('are about all that they name', () => {
    expect(on({ machine: 'llvmpipe-*' })).toHaveLength(1);
    expect(on({ machine: 'llvmpipe' })).toHaveLength(0);
    expect(on({ driver: 'Mesa 25.*' })).toHaveLength(1);
    expect(on({ driver: 'Mesa 25.', machine: '*' })).toHaveLength(0);
    expect(on({ kernel: 'gemv*' }, 'gemv-walk')).toHaveLength(1);
    expect(on({ kernel: 'gemv*' })).toHaveLength(0);
    expect(on({ machine: '*', from: '2026-11-24', until: '2026-11-24' })).toHaveLength(1);
    expect(on({ machine: '*', from: '2026-11-25' })).toHaveLength(0);
    expect(on({ machine: '*', until: '2026-11-23' })).toHaveLength(0);
  });

  it('are read with errors that name the line', () => {
    const read = (text: string) => parseYaml(text, 'notices.yaml', noticesSchema);
    expect(read('notices:\n  - { kernel: direct, text: slow }\n').notices).toHaveLength(1);
    expect(() => read('notices:\n  - { text: slow }\n')).toThrow('notices.yaml:2: notices[0]: expected a machine');
    expect(() => read('notices:\n  - { kernel: a, text: b }\n  - { kernel: a, txt: b }\n')).toThrow(
      /^notices\.yaml:3: /,
    );
    expect(() => read('notices: [\n')).toThrow(/^notices\.yaml:\d+: /);
  });
});
