import { describe, expect, it } from 'vitest';
import { EngineError } from '../port.ts';
import { adapterRoutes, installAdvice, uncachedShaderEnvironment } from './adapters.node.ts';
import { type AdapterRoute, type AdapterWords, adapterName, type Candidate, chooseAdapter } from './adapters.ts';

type Words = AdapterRoute['serves'];
type Route = AdapterRoute<Candidate>;

/** A route whose adapter is nothing but its name: the choice looks at nothing else. */
function route(name: string, serves: Words, found: Partial<AdapterWords> & Pick<Candidate, 'source'>): Route {
  const { source, ...words } = found;
  const info = { vendor: '', architecture: '', device: '', description: '', ...words };
  return { name, serves, open: async () => ({ adapter: { info }, source }) };
}

function broken(name: string, serves: Words, reason: string): Route {
  return { name, serves, open: () => Promise.reject(new Error(reason)) };
}

const gpu = route('system', ['gpu', 'software'], { source: 'gpu', vendor: 'nvidia', description: 'NVIDIA H100' });
const lavapipe = route('llvmpipe', ['software'], { source: 'system-software', device: 'llvmpipe (LLVM 15)' });
const embedded = route('embedded', ['software', 'embedded'], {
  source: 'embedded-software',
  description: 'SwiftShader driver 5.0.0',
});
const all = [gpu, lavapipe, embedded];

describe('the choice of an adapter', () => {
  it.each([
    ['auto', 'gpu'],
    ['gpu', 'gpu'],
    ['software', 'system-software'],
    ['embedded', 'embedded-software'],
    ['h100', 'gpu'],
    ['LLVM', 'system-software'],
    ['swiftshader', 'embedded-software'],
  ])('%s takes %s when everything is there', async (request, source) => {
    const { opened, tried } = await chooseAdapter(request, all, '');
    expect(opened.source).toBe(source);
    expect(tried.at(-1)?.outcome).toBe('chosen');
  });

  it('goes on to the next route and keeps what failed before', async () => {
    const none = broken('system', ['gpu', 'software'], 'libvulkan.so.1 is not installed');
    const { opened, tried } = await chooseAdapter('auto', [none, embedded], '');
    expect(opened.source).toBe('embedded-software');
    expect(tried).toEqual([
      { route: 'system', outcome: 'failed', found: null, reason: 'libvulkan.so.1 is not installed' },
      { route: 'embedded', outcome: 'chosen', found: 'SwiftShader driver 5.0.0', reason: 'answers' },
    ]);
  });

  it('refuses a software adapter where a GPU was asked for', async () => {
    const software = { ...lavapipe, serves: ['gpu', 'software'] as const };
    await expect(chooseAdapter('gpu', [software, embedded], 'Install a driver.')).rejects.toThrow(
      'no WebGPU adapter for --adapter gpu; tried\n' +
        '  llvmpipe: llvmpipe (LLVM 15): a software adapter, and a GPU was asked for\n' +
        'Install a driver.',
    );
  });

  it('names every attempt and the remedy when nothing works', async () => {
    const routes = [
      broken('system', ['gpu'], 'no driver\nanswered'),
      broken('embedded', ['embedded'], 'not installed'),
    ];
    const failure = await chooseAdapter('auto', routes, 'Install Mesa.').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EngineError);
    expect(failure).toMatchObject({ reason: 'no-adapter' });
    expect(String(failure)).toMatchInlineSnapshot(`
      "EngineError: no WebGPU adapter for --adapter auto; tried
        system: no driver; answered
        embedded: not installed
      Install Mesa."
    `);
  });

  it('says what a name was compared with', async () => {
    await expect(chooseAdapter('rtx 5090', all, '')).rejects.toThrow('nvidia, NVIDIA H100: its name does not contain');
  });
});

describe('adapterName', () => {
  it('leaves out a part that another contains', () => {
    const info = { vendor: 'mesa', device: 'llvmpipe', description: 'llvmpipe: Mesa 25', architecture: 'software' };
    expect(adapterName(info)).toBe('mesa, llvmpipe: Mesa 25');
  });
});

describe('the routes in Node', () => {
  it('end with the embedded driver, and start with a search when a name is given', () => {
    const names = adapterRoutes('radeon').map(({ name }) => name);
    expect(names[0]).toBe('system "radeon"');
    expect(names.at(-1)).toBe('embedded SwiftShader');
  });

  it('have advice for every platform', () => {
    expect(installAdvice('linux', 'x64')).toContain('apt install -t bookworm-backports mesa-vulkan-drivers');
    expect(installAdvice('linux', 'arm64')).not.toContain('SwiftShader');
    expect(installAdvice('darwin', 'arm64')).toContain('Metal');
    expect(installAdvice('win32', 'x64')).toContain('Direct3D');
  });

  it('switch off the shader caches of Mesa and NVIDIA', () => {
    expect(uncachedShaderEnvironment).toMatchObject({ MESA_SHADER_CACHE_DISABLE: 'true', __GL_SHADER_DISK_CACHE: '0' });
  });
});
