/** What the page shows of the adapter before anything is measured, and what to do without one. */
import { KNOWN_GPUS } from '../../engine/gpus/known-gpus.ts';
import { isFallback } from '../../engine/webgpu/adapter-info.ts';
import { adapterName } from '../../engine/webgpu/adapters.ts';
import type { AdapterOrigin } from '../../engine/webgpu/session.ts';
import { browserFacts } from './browser-facts.dom.ts';
import { byId, fillFacts, make, show } from './dom.dom.ts';
import { browserOf } from './environment.ts';

export async function showDevice({ adapter, source }: AdapterOrigin): Promise<void> {
  const { name, version } = browserOf(await browserFacts());
  const { vendor, architecture, device, description } = adapter.info;
  const isSoftware = source !== 'gpu';
  const has = (feature: string) => adapter.features.has(feature);
  const offered = [
    ['16-bit floats', has('shader-f16')],
    ['subgroups', has('subgroups')],
    ['timestamps', has('timestamp-query')],
  ] as const;
  const sentence = offered.map(([what, isThere]) => `${isThere ? '' : 'no '}${what}`).join(', ');
  fillFacts('device-facts', [
    ['adapter', [vendor, architecture].filter(Boolean).join(' ') || 'unnamed'],
    ...(device || description ? ([['device', adapterName(adapter.info)]] as const) : []),
    ['kind', isSoftware ? 'software: it computes on the CPU' : 'GPU'],
    ['fallback adapter', isFallback(adapter) ? 'yes' : 'no'],
    ['has', sentence],
    ['browser', `${name} ${version}`],
  ]);
  if (isSoftware) tellSoftware();
  byId('gpus', HTMLElement).replaceChildren(...KNOWN_GPUS.map((gpu) => make('option', { value: gpu.name })));
  show('device');
}

function tellSoftware(): void {
  const note = byId('device-note', HTMLElement);
  note.textContent =
    'This is not your GPU: the browser found none that it may use, and computes on the CPU. Update the driver of the GPU and the browser, and look for “WebGPU” in chrome://gpu or about:support. The CPU can be measured too.';
  show('device-note');
  // A GPU that does not compute is not to be claimed.
  show('claim', false);
}

/** Without WebGPU: what is missing, and what to do about it here. */
export function showProblem(): void {
  const [title, text, remedies] = problemHere();
  byId('problem-title', HTMLElement).textContent = title;
  byId('problem-text', HTMLElement).textContent = text;
  byId('problem-remedies', HTMLElement).replaceChildren(
    ...remedies.map((remedy) => make('li', {}, ...withCode(remedy))),
  );
  show('problem');
}

/** Text between backticks is code. */
function withCode(text: string): (Node | string)[] {
  return text.split('`').map((part, i) => (i % 2 === 0 ? part : make('code', {}, part)));
}

function problemHere(): readonly [title: string, text: string, remedies: readonly string[]] {
  if (location.protocol === 'file:')
    return [
      'Opened as a file',
      'Browsers load no workers and no data for a page that is a file. Serve its folder and open the address that is printed:',
      ['`npx http-server`', '`python3 -m http.server`'],
    ];
  if (!isSecureContext)
    return [
      'Not a secure connection',
      'Browsers offer WebGPU to pages with https, and to localhost, only.',
      [`open https://${location.host}${location.pathname}`],
    ];
  if (!('gpu' in navigator)) return ['This browser has no WebGPU', 'One of these has it:', BROWSERS];
  return [
    'WebGPU found no adapter',
    'This browser has WebGPU, but no GPU that it may use.',
    [
      'Update the driver of the GPU, and restart the browser.',
      'Switch hardware acceleration on in the settings of the browser.',
      'On Linux, start Chrome with `--enable-unsafe-webgpu --enable-features=Vulkan`.',
      '`chrome://gpu` (in Firefox `about:support`) says why a GPU is not used.',
    ],
  ];
}

const BROWSERS = [
  'Chrome or Edge 113 or later on Windows, macOS and ChromeOS; 121 or later on Android',
  'Chrome on Linux, started with `--enable-unsafe-webgpu --enable-features=Vulkan` where it does not have it by itself',
  'Safari 26 or later on macOS, iPadOS and iOS',
  'Firefox 141 or later on Windows, 145 or later on macOS with Apple silicon',
];
