/**
 * Compacted histories in an object store that speaks the S3 protocol (Amazon S3, Cloudflare R2, MinIO, …): what is new there is
 * copied into the cache, and read from it. Names of environment variables are those that Amazon's own tools read.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { codeOf, makeFolder, replace } from '../disk.node.ts';
import { RecordError } from '../record-error.ts';
import { cacheRoots } from './cache.node.ts';
import { objectStore } from './place.ts';
import { COMPACTED } from './store.node.ts';

/** `compacted/<machine>/<year>-<month>.parquet`; whatever else lies there is not ours. */
const MONTH = /^\w[\w.-]*\/\d{4}-\d\d\.parquet$/;

/** Milliseconds for one file. */
const PATIENCE = 10 * 60 * 1000;

interface Listed {
  readonly key: string;
  readonly etag: string;
}

/**
 * @param place `s3://bucket/results`
 * @param machine only this one
 * @returns a folder of results that holds what is compacted there
 * @throws RecordError where the place cannot be read, or holds nothing
 */
export async function copyOf(place: string, machine?: string, roots = cacheRoots()): Promise<string> {
  const store = new ObjectStore(place);
  const found = await store.list(`${COMPACTED}/${machine === undefined ? '' : `${machine}/`}`);
  const months = found.filter(({ key }) => MONTH.test(key.slice(COMPACTED.length + 1)));
  if (months.length === 0) throw new RecordError(place, undefined, `holds no ${COMPACTED}/MACHINE/*.parquet`);
  const folder = emptyOrKept(join('objects', store.name), roots);
  for (const { key, etag } of months) {
    const file = join(folder, key);
    const tag = `${file}.etag`;
    if (existsSync(file) && existsSync(tag) && readFileSync(tag, 'utf8') === etag) continue;
    makeFolder(join(file, '..'));
    rmSync(tag, { force: true });
    replace(file, await store.get(key));
    replace(tag, etag);
  }
  removeOthers(join(folder, COMPACTED), new Set(months.map(({ key }) => join(folder, key))), machine);
  return folder;
}

function emptyOrKept(name: string, roots: readonly string[]): string {
  let cause: unknown;
  for (const root of roots) {
    try {
      makeFolder(join(root, name), 0o700);
      return join(root, name);
    } catch (error) {
      cause = error;
    }
  }
  throw cause;
}

/** Removes copies of what is no longer there. */
function removeOthers(compacted: string, kept: ReadonlySet<string>, machine: string | undefined): void {
  for (const name of readdirSync(compacted)) {
    if (machine !== undefined && name !== machine) continue;
    for (const file of readdirSync(join(compacted, name)).map((file) => join(compacted, name, file)))
      if (!kept.has(file.replace(/\.etag$/, ''))) rmSync(file, { force: true });
  }
}

class ObjectStore {
  private readonly client: AwsClient | undefined;
  private readonly bucket: URL;
  private readonly prefix: string;

  constructor(readonly place: string) {
    const { bucket = '', folder = '' } = objectStore(place) ?? {};
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1';
    const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
    this.prefix = folder === '' ? '' : `${folder}/`;
    this.bucket = new URL(
      endpoint === undefined
        ? `https://${bucket}.s3.${region}.amazonaws.com/`
        : `${endpoint.replace(/\/+$/, '')}/${bucket}/`,
    );
    if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY)
      this.client = new AwsClient({
        ...{
          accessKeyId: AWS_ACCESS_KEY_ID,
          secretAccessKey: AWS_SECRET_ACCESS_KEY,
          service: 's3',
          region,
          retries: 3,
        },
        ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
      });
  }

  /** Of the folder of copies: another store, another name. */
  get name(): string {
    return createHash('sha256').update(`${this.bucket}${this.prefix}`).digest('hex').slice(0, 24);
  }

  /** Everything below a folder of the results; keys are relative to these. */
  async list(below: string): Promise<Listed[]> {
    const found: Listed[] = [];
    for (let token: string | undefined = ''; token !== undefined; ) {
      const query = new URLSearchParams({ 'list-type': '2', 'encoding-type': 'url', prefix: `${this.prefix}${below}` });
      if (token !== '') query.set('continuation-token', token);
      const page = listing((await this.bytes(new URL(`?${query}`, this.bucket))).toString());
      for (const { key, etag } of page.objects) found.push({ key: key.slice(this.prefix.length), etag });
      token = page.next;
    }
    return found;
  }

  get(key: string): Promise<Buffer> {
    const path = `${this.prefix}${key}`.split('/').map(encodeURIComponent).join('/');
    return this.bytes(new URL(path, this.bucket));
  }

  private async bytes(url: URL): Promise<Buffer> {
    const request = { signal: AbortSignal.timeout(PATIENCE) };
    try {
      const response = await (this.client ? this.client.fetch(url, request) : fetch(url, request));
      const body = Buffer.from(await response.arrayBuffer());
      if (response.ok) return body;
      throw this.refused(`${response.status} ${one(body.toString(), 'Code') ?? response.statusText}`, response.status);
    } catch (error) {
      if (error instanceof RecordError || !(error instanceof Error)) throw error;
      const cause = error.cause instanceof Error ? error.cause : error;
      throw this.refused(codeOf(cause) ?? cause.message);
    }
  }

  private refused(reason: string, status?: number): RecordError {
    const keys = this.client
      ? 'the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY may not read it'
      : 'if it is not public, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
    const place = 'set AWS_REGION, and AWS_ENDPOINT_URL if the store is not Amazon’s; or copy the folder here';
    const remedy = status === 401 || status === 403 ? keys : place;
    return new RecordError(this.place, undefined, `cannot be read from ${this.bucket.origin}: ${reason}; ${remedy}`);
  }
}

/** A page of ListObjectsV2. Keys are encoded as in URLs, so that no markup is in them. */
function listing(xml: string): { readonly objects: readonly Listed[]; readonly next: string | undefined } {
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, object = '']) => ({
    key: decodeURIComponent((one(object, 'Key') ?? '').replaceAll('+', ' ')),
    etag: one(object, 'ETag') ?? '',
  }));
  return { objects, next: one(xml, 'NextContinuationToken') };
}

function one(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
}
