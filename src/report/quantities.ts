/** The kinds of values in tables and their formatting. */
import type { Tone } from './document/document.ts';
import type { Quantity } from './document/table.ts';
import { bytesPerSecond, change, error, flopPerSecond, percent, scaled, seconds, share } from './si.ts';

function right<V>(show: (value: V) => string): Quantity<V> {
  return { align: 'right', show };
}

export const TEXT: Quantity<string> = { align: 'left', show: (value) => value };
/** Text that lines up with numbers. */
export const FIGURES: Quantity<string> = right((value) => value);
/** An id, a path or a command. */
export const CODE: Quantity<string> = { align: 'left', show: (text) => [{ text, code: true }] };
export const COUNT: Quantity<number> = right(String);
export const SECONDS: Quantity<number> = right(seconds);
export const FLOP: Quantity<number> = right((value) => scaled(value, 'FLOP'));
export const BYTES: Quantity<number> = right((value) => scaled(value, 'B'));
export const RATE: Quantity<number> = right(flopPerSecond);
export const BANDWIDTH: Quantity<number> = right(bytesPerSecond);
/** A share with two digits, and with one decimal where 99.8 % must not be 100 %. */
export const PERCENT: Quantity<number> = right(percent);
export const SHARE: Quantity<number> = right(share);
/** A relative difference, signed. */
export const CHANGE: Quantity<number> = right(change);
export const ERROR: Quantity<number> = right(error);
/** A ratio near 1. */
export const RATIO: Quantity<number> = right((value) => value.toFixed(3));
export const RATIOS: Quantity<readonly [number, number]> = {
  align: 'left',
  show: ([low, high]) => `${low.toFixed(3)}…${high.toFixed(3)}`,
};
/** Unformatted, for programs. */
export const RAW: Quantity<number | string | boolean> = right(String);

/** The tone of a verdict or status. */
export function toneOf(verdict: string): Tone {
  if (verdict === 'faster' || verdict === 'better') return 'good';
  if (verdict === 'unclear' || verdict === 'skipped') return 'warn';
  return verdict === 'same' || verdict === 'new' ? 'quiet' : 'bad';
}
export const VERDICT: Quantity<string> = { align: 'left', show: (text) => [{ text, tone: toneOf(text) }] };
