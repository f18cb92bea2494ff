/** Heads that stay in sight above the rows that an address or a scroll leads to. */

/**
 * Where the table is as wide as its frame at most: a frame that scrolls sideways would hold the head fast. Without a script rows keep
 * their distance from the edge, and the head is further up.
 */
export function keepHead(table: HTMLTableElement): void {
  const frame = table.closest('.scroll');
  if (!frame) return;
  const update = () => frame.classList.toggle('fits', table.offsetWidth <= frame.clientWidth);
  new ResizeObserver(update).observe(frame);
  update();
}
