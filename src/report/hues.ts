/**
 * The colour and the shape of a format or kernel in pictures: fixed by its name, never by its position among others, so that it
 * looks the same on every page and in every version. A family, which is what stands before the first hyphen, has one colour; its
 * members differ in shape.
 */
import { mix } from '../stats/random.ts';
import { HUES } from './chart-style.ts';

export const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'wedge', 'plus', 'cross', 'ring'] as const;
export type Shape = (typeof SHAPES)[number];

export interface Look {
  /** Index into `HUES`; its class is `h0`, `h1` … */
  readonly hue: number;
  readonly shape: Shape;
}

/** Chosen so that all families of number formats of 2026 differ in colour, and members of a family in shape; see the test. */
const SALTS = { hue: 16_422, shape: 56 } as const;

export function lookOf(name: string): Look {
  const shape = SHAPES[hashOf(name, SALTS.shape) % SHAPES.length] as Shape;
  return { hue: hashOf(familyOf(name), SALTS.hue) % HUES.length, shape };
}

/** What stands before the first hyphen. */
export const familyOf = (name: string): string => name.replace(/-.*$/, '');

function hashOf(text: string, salt: number): number {
  let value = salt;
  for (let i = 0; i < text.length; i++) value = mix(value ^ text.charCodeAt(i));
  return value;
}

export const hueClass = (name: string): string => `h${lookOf(name).hue}`;
