import { expect, it } from 'vitest';
import { create } from 'webgpu';
import { formatOf } from '../../gemm/formats/registry.ts';
import { DISTRIBUTIONS, WEIGHT_FORMATS } from '../../gemm/problem.ts';
import { blockFillCode, elementFillCode } from './fill-code.ts';

it('compiles without a word of the compiler, which would end in the output of every run', async () => {
  // Held, since what it is asked for is never answered once it is collected.
  const instance = create(['backend=null']);
  const adapter = await instance.requestAdapter();
  const device = await adapter?.requestDevice();
  if (!device) throw new Error('no null device');
  for (const format of WEIGHT_FORMATS.map(formatOf)) {
    for (const distribution of DISTRIBUTIONS) {
      const code =
        format.kind === 'scaled'
          ? blockFillCode(format, distribution, 32)
          : elementFillCode(format, distribution, true);
      const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
      expect(messages.map(({ lineNum, message }) => `${format.name} ${distribution}: ${lineNum}: ${message}`)).toEqual(
        [],
      );
    }
  }
  device.destroy();
});
