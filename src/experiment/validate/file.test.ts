/** A stranger's file, with all that lies beside it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { vetFile } from './file.ts';
import { CONTEXT, edit, inFolders, placed } from './testdata/placed.ts';

inFolders();

const sidecarOf = (file: string) => file.replace(/json$/, 'samples.json.gz');

describe('a file', () => {
  it('is accepted with all that lies beside it', async () => {
    const file = placed();
    expect(await vetFile(file, 'x.json', CONTEXT)).toEqual({
      file: 'x.json',
      verdict: 'accept',
      reasons: [],
      tier: 'single',
    });
    edit(file, (text) => `\ufeff${text.replaceAll('\n', '\r\n')}`);
    expect((await vetFile(file, 'x.json', CONTEXT)).verdict).toBe('accept');
  });

  it.each<[string, (file: string) => void, RegExp]>([
    [
      'a key twice',
      (file) => edit(file, (text) => text.replace('"unit":', '"unit": "0123456789abcdef",\n "unit":')),
      /line \d+ is not what its content is written as/,
    ],
    [
      'a field that no record has',
      (file) => edit(file, (text) => text.replace('{', '{\n "fast": true,')),
      /^fast is not a field/,
    ],
    [
      '__proto__',
      (file) => edit(file, (text) => text.replace('{', '{\n "__proto__": {},')),
      /__proto__ is not a field/,
    ],
    [
      'a field in a row',
      (file) => edit(file, (text) => text.replace('"status": "measured",', '"status": "measured", "sponsor": "x",')),
      /cases\[0\]\.sponsor is not a field/,
    ],
    [
      'a number in another form',
      (file) => edit(file, (text) => text.replace('"seed": 1,', '"seed": 1.0,')),
      /another form/,
    ],
    ['a number beyond all', (file) => edit(file, (text) => text.replace(/"seed": 1,/, '"seed": 1e999,')), /seed/],
    ['samples of another record', (file) => writeFileSync(sidecarOf(file), gzipSync('{}')), /hash differs/],
    [
      'a sidecar cut short',
      (file) => writeFileSync(sidecarOf(file), readFileSync(sidecarOf(file)).subarray(0, 900)),
      /samples\.json\.gz: /,
    ],
    [
      'a bomb',
      (file) => writeFileSync(sidecarOf(file), gzipSync(Buffer.alloc(300 << 20))),
      /larger than the counts in the record allow/,
    ],
    [
      'a CSV that says something else',
      (file) => edit(file.replace(/json$/, 'csv'), (text) => text.replace('gemv-direct', 'gemv')),
      /the CSV is not what the record makes it/,
    ],
    [
      'a CSV with a column more',
      (file) => edit(file.replace(/json$/, 'csv'), (text) => text.replace('record,', 'record,sponsor,')),
      /no version writes/,
    ],
    [
      'the description of another machine',
      (file) => edit(join(dirname(file), 'machine.json'), (text) => text.replaceAll('llvmpipe', 'h100')),
      /machine\.json/,
    ],
    [
      'a CSV with a column that every object has',
      (file) => writeFileSync(file.replace(/json$/, 'csv'), 'constructor\r\n'),
      /a column "constructor", which no version writes/,
    ],
    [
      'a CSV with a column twice',
      (file) => writeFileSync(file.replace(/json$/, 'csv'), 'from,'.repeat(1e6)),
      /a column "from", which no version writes so/,
    ],
    [
      'bytes behind the samples',
      (file) => writeFileSync(sidecarOf(file), Buffer.concat([readFileSync(sidecarOf(file)), gzipSync('')])),
      /20 bytes follow the samples/,
    ],
    [
      'a name in the sidecar',
      (file) => {
        const bytes = readFileSync(sidecarOf(file));
        const head = Buffer.from(bytes.subarray(0, 10)).fill(8, 3, 4);
        writeFileSync(sidecarOf(file), Buffer.concat([head, Buffer.from('/home/jane\0'), bytes.subarray(10)]));
      },
      /header has a name/,
    ],
    [
      'lists in lists without end',
      (file) => edit(file, (text) => text.replace('{', `{"x": ${'['.repeat(1e5)}${']'.repeat(1e5)},`)),
      /cannot be vetted: RangeError/,
    ],
    [
      'a long text that is no record',
      (file) => writeFileSync(file, `{"schema": "x", "x": [${'1,'.repeat(1e7)}1]}`),
      /^schema: /,
    ],
    [
      'markup in the description of the machine',
      (file) => edit(join(dirname(file), 'machine.json'), (text) => text.replace('"AMD EPYC"', '"<b>AMD EPYC</b>"')),
      /machine\.json: cpu\.model contains markup/,
    ],
    ['300 MB', (file) => writeFileSync(file, Buffer.alloc(300 << 20, 32)), /314572800 bytes long/],
  ])('is refused for %s', async (_, change, reason) => {
    const file = placed();
    change(file);
    const start = performance.now();
    const { verdict, reasons } = await vetFile(file, 'x.json', CONTEXT);
    expect({ verdict, reasons: reasons.join('\n') }).toEqual({
      verdict: 'refuse',
      reasons: expect.stringMatching(reason),
    });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('is refused in the folder of another machine', async () => {
    const { verdict, reasons } = await vetFile(placed('nvidia-h100-vulkan-linux'), 'x.json', CONTEXT);
    expect({ verdict, reasons: reasons.join('\n') }).toEqual({
      verdict: 'refuse',
      reasons: expect.stringContaining('folder of nvidia-h100'),
    });
  });

  it('is asked about when another program formatted it', async () => {
    const file = placed();
    edit(file, (text) => JSON.stringify(JSON.parse(text)));
    expect(await vetFile(file, 'x.json', CONTEXT)).toMatchObject({
      verdict: 'ask',
      reasons: ['the file was formatted by another program'],
    });
  });
});
