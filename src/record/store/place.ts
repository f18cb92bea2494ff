/** Where results are: a folder, or an object store, which can only be read, and of which only what is compacted. */

/** `s3://bucket/results` */
const OBJECT_STORE = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*?))?\/*$/;

export function isRemote(place: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(place);
}

/** Undefined where it is none that can be read. */
export function objectStore(place: string): { readonly bucket: string; readonly folder: string } | undefined {
  const found = OBJECT_STORE.exec(place);
  return found ? { bucket: found[1] ?? '', folder: found[2] ?? '' } : undefined;
}
