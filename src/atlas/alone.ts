/** The page of machines as one file: `report --format html`. The same content as on the site, its style in it and allowed by its hash. */
import { digest } from '../gemm/digest.ts';
import { type Child, element, verbatim } from '../report/document/markup.ts';
import { counted } from '../report/si.ts';
import type { Atlas } from './atlas.ts';
import { machineMain } from './pages/machine.ts';
import { renderAlone } from './shell.ts';
import { STYLESHEET } from './stylesheet.ts';
import { View } from './view.ts';

export function machineFile(atlas: Atlas): string {
  const view = new View('report.html', true);
  const { places } = atlas;
  const [only] = places;
  const text = `Made from ${counted(atlas.records, 'record')} of ${counted(places.length, 'machine')}.`;
  const made = { text, isInspected: false };
  const main: Child[] = [
    places.length === 1 && only
      ? machineMain(atlas, only, view)
      : places.map((place) =>
          element(
            'article',
            { 'aria-label': `${place.title}, ${place.where}` },
            element('h2', { class: 'machine' }, place.title),
            machineMain(atlas, place, view),
          ),
        ),
    view.terms(),
  ];
  const title = places.length === 1 && only ? only.title : counted(places.length, 'machine');
  return renderAlone({ path: view.path, title, main, made }, verbatim(STYLESHEET), hashOf(STYLESHEET));
}

/** As a policy names a style element that it allows. */
export function hashOf(text: string): string {
  const bytes = digest(text).match(/../g) ?? [];
  return `sha256-${btoa(bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(''))}`;
}
