import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { listRecords, readRecord } from '../record/store/store.node.ts';
import { folderOfAll } from '../record/testdata/folder.ts';
import { machineFile } from './alone.ts';
import { collectRecords } from './collect.node.ts';
import { nameOf, STORE, type StoreMachine, writeExampleStore } from './testdata/store.ts';

const [first] = STORE as [StoreMachine];
const folder = folderOfAll();
let one = '';
let all = '';
beforeAll(async () => {
  writeExampleStore(folder());
  const last = (machine?: string) => readRecord(listRecords(folder(), machine).at(-1) ?? '');
  one = machineFile(await collectRecords([last(nameOf(first))], folder(), nameOf(first)));
  all = machineFile(
    await collectRecords(
      STORE.map((machine) => last(nameOf(machine))),
      folder(),
    ),
  );
}, 60_000);

describe('the page of a machine as one file', () => {
  it('allows its own style by its hash, and nothing else', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(one)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(one).toContain(`style-src &#39;sha256-${hash}&#39;`);
    expect(one).not.toMatch(/<script|<link|<img|url\(|@import|https?:|style="/);
  });

  it('has findings with their commits, a picture, every case and every definition', () => {
    expect(one).toContain('<h1>Example GPU One</h1>');
    expect(one).toMatch(
      /▼ slower<\/span><\/td><td class="n" data-title="cases">3<\/td><td class="n" data-title="change">takes 30 % longer/,
    );
    expect(one).toContain('abc001e');
    expect(one).toMatch(/<svg class="chart"[\s\S]*f32-fma/);
    for (const shape of ['1×2880×4096 nt', '64×512×512 nt', '64×512×500 nt']) expect(one).toContain(shape);
    const asked = [...one.matchAll(/href="([^"]*)"/g)].map(([, to]) => to ?? '');
    expect(asked.every((to) => to.startsWith('#') && one.includes(`id="${to.slice(1)}"`))).toBe(true);
  });

  it('holds several machines, and each id once', () => {
    expect(all.match(/<article/g)).toHaveLength(STORE.length);
    const ids = [...all.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(all).toContain('&#60;img src=x');
  });
});
