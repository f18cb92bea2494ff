/**
 * The colour and the shape of a format or kernel in pictures: fixed by its name, never by its position among others, so that it
 * looks the same on every page and in every version.
 */
import { mix } from '../stats/random.ts';
import { HUES } from './chart-style.ts';

export const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'wedge'] as const;
export type Shape = (typeof SHAPES)[number];

export interface Look {
  /** Index into `HUES`; its class is `h0`, `h1` … */
  readonly hue: number;
  readonly shape: Shape;
}

/** Chosen so that the number formats of 2026 all differ in hue or shape, and the eight most used ones in hue; see the test. */
const SALT = 538427;

export function lookOf(name: string): Look {
  let value = SALT;
  for (let i = 0; i < name.length; i++) value = mix(value ^ name.charCodeAt(i));
  const shape = SHAPES[Math.floor(value / HUES.length) % SHAPES.length] as Shape;
  return { hue: value % HUES.length, shape };
}

export const hueClass = (name: string): string => `h${lookOf(name).hue}`;
