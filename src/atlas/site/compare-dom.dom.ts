/** Parts of the page that compares, by id. */

/** @throws Error if the page lacks it */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

export const select = (id: string) => byId(id) as HTMLSelectElement;
