import { describe, expect, it } from 'vitest';
import { EngineError } from '../port.ts';
import { browserAdapter, browserEngine } from './browser.ts';

const INFO = { vendor: '', architecture: '', device: '', description: '' };

function gpu(info: Partial<Record<keyof GPUAdapterInfo, unknown>> | null): GPU & { asked: unknown[] } {
  const asked: unknown[] = [];
  const requestAdapter = async (options: unknown) => {
    asked.push(options);
    return info && { info: { ...INFO, ...info }, features: new Set(), limits: {} };
  };
  return { requestAdapter, asked } as never;
}

describe('the WebGPU of a browser', () => {
  it.each([
    ['gpu', { vendor: 'nvidia', architecture: 'ada-lovelace' }],
    ['gpu', { vendor: 'apple', architecture: 'metal-3', isFallbackAdapter: false }],
    ['embedded-software', { vendor: 'google', architecture: 'swiftshader', isFallbackAdapter: true }],
    // A page once said that it ran on the GPU while SwiftShader computed.
    ['embedded-software', { vendor: 'google', architecture: 'swiftshader' }],
    ['system-software', { vendor: 'microsoft', architecture: 'warp', isFallbackAdapter: true }],
    ['system-software', { vendor: 'mesa', architecture: '', description: 'llvmpipe (LLVM 19)' }],
    ['system-software', { isFallbackAdapter: true }],
  ])('calls it %s: %o', async (source, info) => {
    const asked = gpu(info);
    expect(await browserAdapter(asked)).toMatchObject({ source, backend: 'browser', toggles: [] });
    expect(asked.asked).toEqual([{ powerPreference: 'high-performance' }]);
  });

  it('may be missing, or have no adapter', async () => {
    await expect(browserAdapter(undefined)).rejects.toThrow('the browser has no WebGPU');
    await expect(browserAdapter(gpu(null))).rejects.toThrow('the browser has no adapter');
    const open = browserEngine(undefined).open({ adapter: 'auto', yieldCpu: false });
    await expect(open).rejects.toBeInstanceOf(EngineError);
  });
});
