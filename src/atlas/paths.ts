/**
 * Where pages are. A case's address is its id: `case/SUITE/PHASE/NAME/m=1,n=2880,….html`, whose last part is the filter that finds
 * it. All kernels and machines of a case share a page.
 */
import { digest } from '../gemm/digest.ts';

/** Names of files that every file system takes. */
const MOST = 150;

export const machinePath = (machine: string): string => `machine/${machine}.html`;
export const machineSuitePath = (machine: string, suite: string): string => `machine/${machine}/${safe(suite)}.html`;
export const machineCsv = (machine: string): string => `data/${machine}.csv`;
export const machineJson = (machine: string): string => `data/${machine}.json`;
export const runsJson = (machine: string): string => `data/${machine}.runs.json`;
export const besideJson = (machine: string): string => `data/${machine}.beside.json`;

/** @param part of a suite too large for one page */
export function suitePath(suite: string, part?: string): string {
  return part === undefined ? `suite/${safe(suite)}.html` : `suite/${safe(suite)}/${safe(part)}.html`;
}

/** @param problem a case id without its kernel */
export function casePath(problem: string): string {
  const segments = problem.split('/');
  const path = segments.filter((segment) => !segment.includes('=')).map(safe);
  const keys = segments.filter((segment) => segment.includes('=')).join(',');
  const name = keys.length <= MOST ? safe(keys) : `${safe(keys).slice(0, MOST - 17)}-${digest(keys).slice(0, 16)}`;
  return `case/${[...path, name].join('/')}.html`;
}

/** Histories of a case that its page has no room for. */
export function historiesPath(problem: string, page: number): string {
  return casePath(problem).replace(/\.html$/, `/histories-${page}.html`);
}

/** The filter that finds all kernels of a problem. */
export function filterOf(problem: string): string {
  const segments = problem.split('/');
  const path = segments.filter((segment) => !segment.includes('='));
  return [`${path.join('/')}/*`, ...segments.filter((segment) => segment.includes('='))].join(',');
}

/** A part of a path: what a file system or an address treats specially becomes a hyphen. */
function safe(text: string): string {
  return text.replace(/[^A-Za-z0-9._=,@+-]/g, '-').replace(/^\.+/, '-');
}

/** The link from one file of the site to another. */
export function hrefTo(to: string, from: string): string {
  const up = '../'.repeat(from.split('/').length - 1);
  const [path = '', anchor] = to.split('#');
  const encoded = path.split('/').map(encodeURIComponent).join('/').replaceAll('%3D', '=').replaceAll('%2C', ',');
  const file = path === '' || (anchor !== undefined && path === from) ? '' : `${up}${encoded}`;
  return anchor === undefined ? file : `${file}#${encodeURIComponent(anchor)}`;
}
