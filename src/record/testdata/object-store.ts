/** A server that speaks as much of the S3 protocol as reading a bucket takes, and checks signatures by their published recipe. */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Bucket {
  readonly name: string;
  /** Contents by key. */
  readonly objects: Map<string, Buffer>;
  /** Without them it is public. */
  readonly keys?: { readonly id: string; readonly secret: string };
  readonly pageSize?: number;
}

export interface ServedBucket {
  readonly endpoint: string;
  /** Paths that were asked for, listings as `?`. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

export async function serveBucket({ name, objects, keys, pageSize = 1000 }: Bucket): Promise<ServedBucket> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://store');
    const key = decodeURIComponent(url.pathname).slice(`/${name}/`.length);
    const listed = url.searchParams.get('list-type') === '2';
    asked.push(listed ? '?' : key);
    const refuse = (status: number, code: string) => {
      response.writeHead(status).end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
    };
    if (keys && request.headers.authorization === undefined) return refuse(403, 'AccessDenied');
    if (keys && !isSigned(request, url, keys)) return refuse(403, 'SignatureDoesNotMatch');
    if (!url.pathname.startsWith(`/${name}/`)) return refuse(404, 'NoSuchBucket');
    if (listed) return response.end(listing(objects, url.searchParams, pageSize));
    const content = objects.get(key);
    return content ? response.end(content) : refuse(404, 'NoSuchKey');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function listing(objects: Bucket['objects'], query: URLSearchParams, pageSize: number): string {
  const keys = [...objects.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '')).sort();
  const from = Number(query.get('continuation-token') ?? 0);
  const page = keys.slice(from, from + pageSize).map((key) => {
    const tag = createHash('md5')
      .update(objects.get(key) as Buffer)
      .digest('hex');
    return `<Contents><Key>${encodeURIComponent(key)}</Key><ETag>&quot;${tag}&quot;</ETag></Contents>`;
  });
  const more = from + pageSize < keys.length;
  const next = more ? `<NextContinuationToken>${from + pageSize}</NextContinuationToken>` : '';
  return `<ListBucketResult><IsTruncated>${more}</IsTruncated>${page.join('')}${next}</ListBucketResult>`;
}

/** Signature version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. */
function isSigned(request: IncomingMessage, url: URL, { id, secret }: NonNullable<Bucket['keys']>): boolean {
  const given = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
    request.headers.authorization ?? '',
  );
  const [, credential = '', headers = '', signature] = given ?? [];
  const [who, ...scope] = credential.split('/');
  const encoded = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const canonical = [
    ...['GET', url.pathname, query.join('&')],
    ...headers.split(';').map((name) => `${name}:${request.headers[name]}`),
    ...['', headers, request.headers['x-amz-content-sha256']],
  ].join('\n');
  const hashed = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope.join('/'), hashed].join('\n');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return who === id && hmac(key, toSign).toString('hex') === signature;
}
