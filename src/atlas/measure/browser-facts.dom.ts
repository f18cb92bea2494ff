/** Asks the browser what it says of itself. */
import type { BrowserFacts } from './environment.ts';

interface Hints {
  readonly brands: { brand: string; version: string }[];
  readonly fullVersionList?: { brand: string; version: string }[];
  readonly platform: string;
  readonly platformVersion?: string;
  readonly architecture?: string;
}

interface AgentData extends Hints {
  getHighEntropyValues(names: readonly string[]): Promise<Hints>;
}

export async function browserFacts(): Promise<BrowserFacts> {
  const { userAgent, hardwareConcurrency: cores } = navigator;
  const hints = await hintsOf((navigator as Navigator & { readonly userAgentData?: AgentData }).userAgentData);
  return { userAgent, cores, ...(hints && { hints }) };
}

async function hintsOf(data: AgentData | undefined): Promise<BrowserFacts['hints'] | undefined> {
  if (!data) return undefined;
  // Refused by some browsers and policies; the plain values are left then.
  const more = await data
    .getHighEntropyValues(['fullVersionList', 'platformVersion', 'architecture'])
    .catch((): Partial<Hints> => ({}));
  const { platformVersion, architecture } = more;
  return { brands: more.fullVersionList ?? data.brands, platform: data.platform, platformVersion, architecture };
}

const UNIT = 'shapemark-unit';

/** A random number that stands for this browser on this machine, kept where the browser allows it. */
export function unitOfBrowser(): string {
  const fresh = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0'));
  try {
    const kept = localStorage.getItem(UNIT);
    if (kept !== null && /^[0-9a-f]{16}$/.test(kept)) return kept;
    localStorage.setItem(UNIT, fresh.join(''));
  } catch {
    // Storage may be switched off: every run is its own unit then.
  }
  return fresh.join('');
}

export function forgetUnit(): void {
  try {
    localStorage.removeItem(UNIT);
  } catch {
    // Nothing was kept.
  }
}
