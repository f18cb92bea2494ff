/**
 * DuckDB, which writes and reads compacted histories. Loaded on demand: a clone has it, an installed package only if it was
 * installed beside it, because it is many times as large.
 */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { codeOf } from './disk.node.ts';
import { RecordError } from './record-error.ts';

type Library = typeof import('@duckdb/node-api');

/** Of object stores, `s3://bucket/results`; such a place can only be read, and only what is compacted. */
const REMOTE = /^([a-z][a-z0-9+.-]+):\/\//i;

export function isRemote(place: string): boolean {
  return REMOTE.test(place);
}

/** Answers of DuckDB about the files of one place. */
export class DuckDb {
  private constructor(
    readonly library: Library,
    readonly connection: DuckDBConnection,
  ) {}

  /** @throws RecordError naming `place` where the package is missing */
  static async open(place: string): Promise<DuckDb> {
    const library = await load(place);
    const instance = await library.DuckDBInstance.create(':memory:', {
      memory_limit: '1GB',
      // What is installed and loaded, and from where, is the user's to say; only an object store needs any.
      autoinstall_known_extensions: String(isRemote(place)),
      autoload_known_extensions: String(isRemote(place)),
    });
    return new DuckDb(library, await instance.connect());
  }

  /** All rows of an answer. Throws RecordError that names the file. */
  async rows(file: string, sql: string): Promise<DuckDBValue[][]> {
    const rows: DuckDBValue[][] = [];
    for await (const chunk of this.chunks(file, sql)) rows.push(...chunk.getRows());
    return rows;
  }

  /** The same, about 2000 rows at a time. */
  async *chunks(file: string, sql: string) {
    try {
      const result = await this.connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        yield chunk;
      }
    } catch (error) {
      throw refused(file, error);
    }
  }
}

/** A Parquet file as a table in SQL. One that is there is not taken for a pattern. */
export function parquet(file: string): string {
  return `read_parquet(${text(file)})`;
}

/** Text in SQL. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

async function load(place: string): Promise<Library> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND' && codeOf(error) !== 'MODULE_NOT_FOUND') throw error;
    throw new RecordError(place, undefined, 'needs DuckDB, which is not installed: npm install @duckdb/node-api');
  }
}

function refused(file: string, error: unknown): unknown {
  if (error instanceof RecordError || !(error instanceof Error)) return error;
  const [first = ''] = error.message.split('\n');
  if (!isRemote(file)) return new RecordError(file, undefined, `cannot be read by DuckDB: ${first}`);
  const remedy =
    'DuckDB needs its extension httpfs, which it downloads once from extensions.duckdb.org, and credentials (its secrets); or copy the folder here';
  return new RecordError(file, undefined, `cannot be read: ${remedy}. It says: ${first}`);
}
