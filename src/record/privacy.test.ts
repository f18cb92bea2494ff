import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { privateText, scrubbed, suspectText, withoutPaths } from './privacy.ts';

describe('private text', () => {
  it.each([
    ['at visit (/home/jo/shapemark/src/visit.ts:10:5)', 'at visit (visit.ts:10:5)'],
    ['file:///Users/jo/x.ts', 'x.ts'],
    ['cannot open /var/lib/x', 'cannot open x'],
    ['/usr/lib/a.so and /opt/lib/b.so: no', 'a.so and b.so: no'],
    ['/home/ann/base and ../head/kernels', 'base and ../head/kernels'],
    ['/home/ann/bin:/home/bob/lib', 'bin:lib'],
    ['cc -I/home/ann/include x.c', 'cc -Iinclude x.c'],
    // Any letters, and spaces.
    ['C:\\Users\\Ann Lee\\kernels', 'kernels'],
    ['C:/Users/Ann Lee/kernels', 'kernels'],
    ['C:\\\\Users\\\\Ann Lee\\\\kernels', 'kernels'],
    ['\\\\?\\C:\\Users\\Ann Lee\\kernels', 'kernels'],
    ['/home/иван/kernels', 'kernels'],
    ['/Users/山田　太郎/kernels: no such file', 'kernels: no such file'],
    ['/home/Ann Lee/kernels is not there', 'kernels is not there'],
    ["/home/O'Brien/kernels", 'kernels'],
    ["'/home/O'Brien/my kernels' is not there", "'my kernels' is not there"],
    ['"/home/Ann Lee/my kernels": no', '"my kernels": no'],
    ['`D:\\Ann Lee\\my kernels`', '`my kernels`'],
    ['“/home/Ann Lee/x.wgsl”', '“x.wgsl”'],
    ['file:///C:/Users/Ann%20Lee/x.ts:3:1', 'x.ts:3:1'],
    ['file://server/Ann Lee/x.ts', 'x.ts'],
    ['\\\\server\\share\\Ann Lee\\x.wgsl', 'x.wgsl'],
    ['../../home/Ann Lee/kernels', 'kernels'],
    ['~иван/kernels', 'kernels'],
    ['in ~ann/', 'in …'],
    // Where the path ends with the name itself, nothing can stay.
    ['~ann', '…'],
    ['/home/Ann Lee', '…'],
    ['cannot open /home/Ann Lee, sorry', 'cannot open …, sorry'],
    ['C:\\Users\\Ann Lee', '…'],
    ['"C:\\Documents and Settings\\Ann Lee" is full', '"…" is full'],
    ['\\\\server\\Ann Lee', '… Lee'],
    ['/run/media/ann', '…'],
  ])('is seen in %s, and taken out', (text, left) => {
    expect(privateText({ detail: text })).toEqual([expect.stringMatching(/^detail: holds the path /)]);
    expect(withoutPaths(text)).toBe(left);
    expect(privateText(left)).toEqual([]);
  });

  it.each([
    'https://example.org/home/page',
    'gpt-oss-120b/decode/o_proj/m=1',
    '8/3·hidden',
    'kernels/naive.wgsl',
    'a / b',
    'TFLOP/s',
    '44 GFLOP/s per m/n/k',
    '(m·n)/k/2',
    '8 GB /s per m/k',
    'took ~half of it',
    '~20 %/s',
    '../kernels',
    '../my kernels/a.wgsl',
    'C: drive',
    'and/or, 1/2/3, w/o',
    '// a comment / with / slashes',
    'main:packages/gpu/kernels',
    'ratio = time_head/time_base/2',
  ])('is not in %s', (text) => {
    expect(privateText([text])).toEqual([]);
    expect(withoutPaths(text)).toBe(text);
  });

  it('is found in every string, keys among them, and a copy has none', () => {
    const value = { a: ['fine', '/home/jo/x'], '/home/jo/key': 1, b: { c: 'C:\\Users\\jo', d: null, e: 2 } };
    expect(privateText(value)).toEqual([
      'a[1]: holds the path /home/jo/x',
      ': holds the path /home/jo/key',
      'b.c: holds the path C:\\Users\\jo',
    ]);
    expect(scrubbed(value)).toMatchObject({ a: ['fine', 'x'], b: { c: '…', d: null, e: 2 } });
  });

  it('is a name of this machine as a whole word, in any letters', () => {
    const found = (text: string, name: string) => privateText([text], [name]).length > 0;
    expect(found('built by Jörg', 'jörg')).toBe(true);
    // Decomposed, as macOS names files.
    expect(found('built by Jo\u0308rg', 'Jörg')).toBe(true);
    expect(found('иванов', 'иван')).toBe(false);
    expect(found('иванов и иван', 'иван')).toBe(true);
    expect(found('小明', '小明')).toBe(true);
    expect(found('a.b', 'a+b')).toBe(false);
    expect(found('mesa', 'me')).toBe(false);
  });

  it('is suspected in what an older scrubbing left', () => {
    for (const text of ['Ann Lee\\kernels', 'home/иван/kernels', 'see Users/Ann Lee/x', 'a\\b'])
      expect(suspectText([text]), text).toHaveLength(1);
    for (const text of ['kernels', 'homework/a/b', 'a \\ b', 'C = A·B\\', 'origin/home'])
      expect(suspectText([text]), text).toEqual([]);
  });
});

/** A person's name as a folder name: letters of any script, digits, spaces within, an apostrophe. */
const word = fc.stringMatching(
  /^[\p{Lu}\p{Ll}\p{Lo}]{1,3}(['’.]?[\p{Lu}\p{Ll}\p{Lo}])?[\p{Ll}\p{Lo}0-9_-]{2,5}[\p{Ll}\p{Lo}]$/u,
);
const person = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const root = fc.constantFrom(
  ...['/home/', '/Users/', '/mnt/c/Users/', '/var/home/', 'C:\\Users\\', 'd:/Users/', '\\\\?\\C:\\Users\\'],
  ...[
    '\\\\server\\home\\',
    'file:///home/',
    'file:///C:/Users/',
    '../../home/',
    '-I/home/',
    '/Volumes/Macintosh HD/Users/',
  ],
);
const rest = fc.constantFrom('kernels', 'my-kernels/naive.wgsl', 'a b/c d/naive.wgsl', 'kernels/', '');
const around = fc.constantFrom<[string, string]>(
  ...(
    [
      ['', ''],
      ['cannot open ', ''],
      ['"', '" is not there'],
      ["'", "'"],
      ['at (', ')'],
      ['in <', '>'],
    ] as const
  ).map(([before, behind]): [string, string] => [before, behind]),
  ['see `', '`, or not'],
  ['path=', ': no such file'],
);

it('never leaves a part of somebody’s name, whatever the root, the quotes and the text around', () => {
  fc.assert(
    fc.property(person, root, rest, around, (name, start, end, [before, behind]) => {
      const tail = start.includes('\\') ? end.replaceAll('/', '\\') : end;
      const separator = start.includes('\\') ? '\\' : '/';
      const text = before + start + name + (tail === '' ? '' : separator + tail) + behind;
      expect(privateText([text]), text).toHaveLength(1);
      const left = withoutPaths(text);
      for (const part of name.split(' ')) expect(left, `${text} → ${left}`).not.toContain(part);
      expect(privateText([left]), left).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
