import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTar, unpackSwiftShader } from './swiftshader.node.ts';

const supported = process.platform === 'linux' && process.arch === 'x64';
let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'swiftshader-test-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** One ustar entry. */
function entry(name: string, content: string, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(content.length.toString(8).padStart(11, '0'), 124);
  header.write(type, 156);
  return Buffer.concat([header, Buffer.from(content.padEnd(Math.ceil(content.length / 512) * 512, '\0'))]);
}

describe('readTar', () => {
  it('finds regular files by base name and passes over the rest', () => {
    const archive = Buffer.concat([
      entry('lib/', '', '5'),
      entry('lib/a.so', 'x'.repeat(513)),
      entry('b.json', '{}'),
      Buffer.alloc(1024),
    ]);
    const files = readTar(archive);
    expect([...files.keys()]).toEqual(['a.so', 'b.json']);
    expect(files.get('a.so')).toHaveLength(513);
    expect(files.get('b.json')?.toString()).toBe('{}');
  });

  it('refuses an archive that ends too early', () => {
    expect(() => readTar(entry('a.so', 'x'.repeat(2000)).subarray(0, 1024))).toThrow('damaged tar archive');
  });
});

describe.runIf(supported)('unpackSwiftShader', () => {
  it('unpacks once into a versioned folder, complete or not at all', () => {
    const { manifest, loader } = unpackSwiftShader([folder]);
    expect(path.basename(path.dirname(manifest))).toMatch(/^swiftshader-\d+\.\d+\.\d+$/);
    expect(fs.readdirSync(folder)).toHaveLength(1);
    const written = fs.statSync(loader).mtimeMs;
    expect(unpackSwiftShader([folder])).toEqual({ manifest, loader });
    expect(fs.statSync(loader).mtimeMs).toBe(written);
  });

  it('takes the next folder when one cannot be written, and names both when none can', () => {
    const file = path.join(folder, 'file');
    fs.writeFileSync(file, '');
    expect(unpackSwiftShader([path.join(file, 'sub'), folder]).manifest).toContain(folder);
    expect(() => unpackSwiftShader([path.join(file, 'sub')])).toThrow(
      /no folder to unpack SwiftShader into \(.*ENOTDIR/,
    );
  });
});
