import { describe, expect, it } from 'vitest';
import type { DeviceFacts } from '../../engine/port.ts';
import { environmentSchema } from '../../record/environment.ts';
import { type BrowserFacts, browserEnvironment } from './environment.ts';

const ADAPTER: DeviceFacts = {
  ...{ source: 'gpu', vendor: 'nvidia', architecture: 'ada-lovelace', device: '', description: '' },
  ...{ backend: 'browser', driver: '', features: [], limits: {}, toggles: [], timestamps: true, simulated: false },
};
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1';

const of = (facts: Partial<BrowserFacts>, claimed = '') =>
  browserEnvironment({ userAgent: '', cores: 8, ...facts }, ADAPTER, { shapemark: '1.2.3', claimed });

describe('what a browser says of itself', () => {
  it.each([
    ['chrome', '150.0.0.0', 'win32', CHROME],
    ['edge', '150.0.1.2', 'win32', `${CHROME} Edg/150.0.1.2`],
    ['opera', '120.0', 'win32', `${CHROME} OPR/120.0`],
    ['firefox', '145.0', 'linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'],
    [
      'safari',
      '26.1',
      'darwin',
      IPHONE.replace('iPhone; CPU iPhone OS 26_1 like Mac OS X', 'Macintosh; Intel Mac OS X 10_15_7'),
    ],
    ['safari', '26.1', 'ios', IPHONE],
    ['chrome', '150.0.0.0', 'android', CHROME.replace('Windows NT 10.0; Win64; x64', 'Linux; Android 10; K')],
    ['chrome', '150.0.0.0', 'chromeos', CHROME.replace('Windows NT 10.0; Win64; x64', 'X11; CrOS x86_64 14541.0.0')],
    ['unknown browser', 'unknown', 'unknown', 'curl'],
  ])('is %s %s on %s', (name, version, platform, userAgent) => {
    expect(of({ userAgent })).toMatchObject({
      runtime: { name, version },
      os: { platform, release: 'unknown', arch: 'unknown' },
    });
  });

  it('is more with client hints, whose made-up brands are left out', () => {
    const brands = [
      { brand: 'Not;A=Brand', version: '99.0.0.0' },
      { brand: 'Chromium', version: '150.0.1.2' },
      { brand: 'Google Chrome', version: '150.0.1.3' },
    ];
    const hints = { brands, platform: 'macOS', platformVersion: '26.1.0', architecture: 'arm' };
    expect(of({ userAgent: CHROME, hints })).toMatchObject({
      runtime: { name: 'chrome', version: '150.0.1.3' },
      os: { platform: 'darwin', release: '26.1.0', arch: 'arm' },
    });
    const [made, chromium] = brands as [(typeof brands)[0], (typeof brands)[0]];
    expect(of({ hints: { brands: [made, chromium], platform: 'Linux', platformVersion: '' } })).toMatchObject({
      runtime: { name: 'chromium', version: '150.0.1.2' },
      os: { platform: 'linux', release: 'unknown' },
    });
  });

  it('satisfies the schema, with the claimed name or without', () => {
    expect(environmentSchema.parse(of({}))).toEqual(of({}));
    expect(of({})).not.toHaveProperty('claimed');
    expect(environmentSchema.parse(of({ cores: Number.NaN }, ' RTX 4090 '))).toMatchObject({
      claimed: 'RTX 4090',
      cpu: { model: 'unknown', cores: 1 },
    });
    expect(of({}, '   ')).not.toHaveProperty('claimed');
    expect(of({}, '\u202e <b>Arc\tB580</b>').claimed).toBe('b Arc B580 /b');
  });
});
