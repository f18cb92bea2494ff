/**
 * DuckDB, which writes and reads compacted histories. Loaded on demand: a clone has it, an installed package only if it was
 * installed beside it, because it is many times as large.
 */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { codeOf } from '../disk.node.ts';
import { RecordError } from '../record-error.ts';

type Library = typeof import('@duckdb/node-api');

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
      // Nothing is downloaded, and nothing that lies about is loaded.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
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
  return new RecordError(file, undefined, `cannot be read by DuckDB: ${first}`);
}
