/** What CONTRIBUTING asks of a new format besides its file: imports recognize it, and the kernel ABI describes it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { absentFormat, formatCalled, formatOfCodes } from './elsewhere.ts';
import { asScaled, WEIGHT_FORMATS } from './registry.ts';

const SCALED = WEIGHT_FORMATS.filter((name) => asScaled(name) !== undefined);
const ABI = readFileSync(fileURLToPath(new URL('../../../docs/kernel-abi.md', import.meta.url)), 'utf8');

it('knows every scaled format by how other files describe its codes', () => {
  const found = (['int', 'float'] as const).flatMap((kind) =>
    [4, 8].flatMap((bits) =>
      ([16, 32, 64, 128, 'k'] as const).flatMap((block) =>
        ([1, 128, 'all'] as const).flatMap((lines) =>
          [false, true].map((zeroPoints) => formatOfCodes({ kind, bits, block, lines, zeroPoints })),
        ),
      ),
    ),
  );
  expect(found.filter((name) => name !== undefined).sort()).toEqual([...SCALED].sort());
});

it.each(SCALED)('%s has codes and scales that the kernel ABI describes', (name) => {
  const [codes = name] = name.split('-');
  expect(ABI).toMatch(new RegExp(`^\\| scales \\|.*\\b${codes}\\b`, 'm'));
  expect(ABI).toMatch(new RegExp(`^(.*; )?${codes} value = `, 'm'));
  expect(ABI).toMatch(new RegExp(`^One kernel text serves every scaled format \\(.*\\b${codes}\\b`, 'm'));
});

it('calls E5M2 by its name, and no format that is here', () => {
  for (const text of ['float8_e5m2', 'torch.float8_e5m2', 'F8_E5M2', 'fp8_e5m2fnuz', 'bf8_r', 'BF8'])
    expect(absentFormat(text)).toContain(`"${text}" is FP8 E5M2`);
  for (const text of [...WEIGHT_FORMATS, 'torch.bfloat16', 'bf16_r', 'float8_e4m3fn'])
    expect(absentFormat(text)).toBeUndefined();
  expect(formatCalled('bf8_r')).toBeUndefined();
});
