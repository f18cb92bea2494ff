import { describe, expect, it } from 'vitest';
import { glance, glanceSettings } from '../../atlas/measure/measuring.ts';
import { measurePage } from '../../atlas/measure/page.ts';
import { renderPage } from '../../atlas/shell.ts';
import type { DeviceFacts } from '../../engine/port.ts';
import { bytes, flop } from '../../gemm/shape.ts';
import type { Io } from '../io.ts';
import { measureData, repositoryOf } from './measure-data.ts';

const io = { cwd: process.cwd(), environment: {}, out: () => {}, err: () => {} } as never as Io;
const data = await measureData(io);

const facts = (source: DeviceFacts['source'], features: string[]): DeviceFacts => ({
  ...{ source, vendor: 'v', architecture: '', device: '', description: '', backend: 'browser', driver: '' },
  ...{ features, toggles: [], timestamps: true, simulated: false, subgroupSize: [32, 32] },
  limits: {
    ...{ maxStorageBufferBindingSize: 2 ** 30, maxBufferSize: 2 ** 30, maxComputeInvocationsPerWorkgroup: 256 },
    ...{ maxComputeWorkgroupStorageSize: 32_768, maxComputeWorkgroupSizeX: 256, maxComputeWorkgroupSizeY: 256 },
    ...{ maxComputeWorkgroupSizeZ: 64, maxComputeWorkgroupsPerDimension: 65_535, maxStorageBuffersPerShaderStage: 8 },
  },
});

describe('what the page that measures is given', () => {
  it('is the suite of contributions as `contribute` measures it, as plain data', () => {
    expect(data.suite).toBe('contribution');
    expect(data.cases.length).toBeGreaterThanOrEqual(14);
    expect(data.settings).toMatchObject({ processes: 6, budgetSeconds: 280, seed: 1 });
    expect(data.kernelsHash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(JSON.stringify(data))).toEqual(data);
  });

  it('names the commit of the kernels, where this is a clone', () => {
    expect(data.commit === null || /^[0-9a-f]{40}$/.test(data.commit.sha)).toBe(true);
  });

  it.each([
    ['gpu', ['shader-f16', 'subgroups']],
    ['gpu', []],
    ['embedded-software', ['subgroups']],
  ] as const)('has two numbers for %s with %j', (source, features) => {
    const { rates, bandwidth } = glance(data, facts(source, [...features]));
    const [small, large] = rates.map(({ problem }) => flop(problem));
    expect(rates).toHaveLength(2);
    for (const { problem } of rates) expect(problem.format.w).toMatch(/^f/);
    // A software adapter must manage the first in seconds.
    expect(small).toBeLessThan(1e9);
    expect(large).toBeGreaterThan(1e9);
    expect(large).toBeLessThanOrEqual(source === 'gpu' ? 2e10 : 3e9);
    expect(bandwidth?.problem.shape.m).toBe(1);
    expect(flop(bandwidth?.problem as never) / bytes(bandwidth?.problem as never)).toBeLessThan(4);
    expect(glanceSettings(data.settings)).toMatchObject({ processes: 1, looks: [1], budgetSeconds: 15 });
  });

  it('takes them where a workflow says that it runs', () => {
    const environment = { GITHUB_REPOSITORY: 'owner/name', GITHUB_SERVER_URL: 'https://git.example.org' };
    expect(repositoryOf({ cwd: '/', environment })).toBe('https://git.example.org/owner/name');
    expect(repositoryOf({ cwd: '/', environment: { GITHUB_REPOSITORY: 'x"><script>' } })).toBeNull();
  });
});

describe('the page, before its script runs', () => {
  const html = renderPage(measurePage(data));

  it('has no script or style of its own, and says what to do without JavaScript', () => {
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)/);
    expect(html).toMatch(/<noscript>.*contribute.*<\/noscript>/);
    expect(html).toContain('default-src &#39;none&#39;');
  });

  it('labels every control, and names each id once', () => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/<label for="([^"]+)"/g)) expect(ids).toContain(id);
    for (const [, id] of html.matchAll(/aria-labelledby="([^"]+)"/g)) expect(ids).toContain(id);
  });
});
