/** What a browser says of itself, as the environment of a record. It is little, and that is all a record may hold. */
import type { DeviceFacts } from '../../engine/port.ts';
import type { Environment } from '../../record/environment.ts';

export interface BrowserFacts {
  readonly userAgent: string;
  /** Of `navigator.userAgentData`, which only Chromium has. */
  readonly hints?: {
    readonly brands: readonly { readonly brand: string; readonly version: string }[];
    readonly platform: string;
    readonly platformVersion?: string | undefined;
    readonly architecture?: string | undefined;
  };
  readonly cores: number;
}

export function browserEnvironment(
  facts: BrowserFacts,
  adapter: DeviceFacts,
  { shapemark, claimed }: { readonly shapemark: string; readonly claimed: string },
): Environment {
  const { hints, userAgent, cores } = facts;
  const platform = platformOf(hints?.platform ?? userAgent);
  return {
    shapemark,
    runtime: browserOf(facts),
    dawn: null,
    engine: 'webgpu',
    os: { platform, release: hints?.platformVersion || 'unknown', arch: hints?.architecture || 'unknown' },
    cpu: { model: 'unknown', cores: Math.max(1, Math.round(cores) || 1) },
    adapter: { ...adapter },
    shaderCache: 'unknown',
    yieldCpu: false,
    ...claim(claimed),
  };
}

/** Without what a name does not have, and a record must not. */
function claim(text: string): Pick<Environment, 'claimed'> {
  const claimed = text
    .replace(/[<>&\p{C}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return claimed === '' ? {} : { claimed };
}

/** As Node names systems, where it knows them. */
const PLATFORMS: readonly (readonly [RegExp, string])[] = [
  [/android/i, 'android'],
  [/iphone|ipad|\bios\b/i, 'ios'],
  [/cros|chrome ?os|chromium os/i, 'chromeos'],
  [/win/i, 'win32'],
  [/mac/i, 'darwin'],
  [/linux|x11/i, 'linux'],
];

function platformOf(text: string): string {
  return PLATFORMS.find(([pattern]) => pattern.test(text))?.[1] ?? 'unknown';
}

/** Browsers name their relatives too, so the most specific comes first. */
const AGENTS: readonly (readonly [RegExp, string])[] = [
  [/Edg(?:A|iOS)?\/([\d.]+)/, 'edge'],
  [/OPR\/([\d.]+)/, 'opera'],
  [/(?:Firefox|FxiOS)\/([\d.]+)/, 'firefox'],
  [/(?:HeadlessChrome|Chrome|CriOS)\/([\d.]+)/, 'chrome'],
  [/Version\/([\d.]+).*Safari/, 'safari'],
];

export function browserOf({ hints, userAgent }: BrowserFacts): Environment['runtime'] {
  const brands = hints?.brands.filter(({ brand }) => !/not.?a.?brand/i.test(brand.replace(/[^a-z]/gi, ''))) ?? [];
  const own = brands.find(({ brand }) => brand !== 'Chromium') ?? brands[0];
  if (own) return { name: nameOf(own.brand), version: own.version };
  for (const [pattern, name] of AGENTS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return { name, version };
  }
  return { name: 'unknown browser', version: 'unknown' };
}

/** `Google Chrome` → `chrome`, `Microsoft Edge` → `edge`. */
function nameOf(brand: string): string {
  return brand
    .replace(/^(Google|Microsoft) /, '')
    .replace(/^Headless/, '')
    .toLowerCase();
}
