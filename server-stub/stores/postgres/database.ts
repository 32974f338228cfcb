import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError, Pool, types, type PoolClient, type QueryConfig, type QueryResultRow } from 'pg';
import type { StockLevel } from '../../store.ts';
import { ANSWER_WITHIN_MS, Unavailable, withinTime } from '../../unavailable.ts';
import { TABLES } from './schema.ts';

const CONNECTIONS = 10;
const CONNECT_WITHIN_MS = 1000;
/** Of one transaction that others got in the way of. */
const ATTEMPTS = 6;
const OID_INT8 = 20;
/** Any number: instances that start at once must not create the tables at once. */
const SCHEMA_LOCK = 4_021_958;

const DEADLOCK_OR_CONFLICT = new Set(['40P01', '40001']);
/** Shutting down, starting up, out of connections, cancelled because it took too long. */
const NOT_NOW = /^(?:57P0|53|08|57014|25P03)/;

/** A transaction that is under way. What it says of stock is told when it is through. */
export interface Sql {
  rows<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  tell(levels: readonly StockLevel[]): void;
}

export class Database {
  private readonly pool: Pool;
  private readonly tell: (level: StockLevel) => void;

  private constructor(pool: Pool, tell: (level: StockLevel) => void) {
    this.pool = pool;
    this.tell = tell;
  }

  /** Creates what is missing in `schema`. @throws Unavailable */
  static async open(url: string, schema: string, tell: (level: StockLevel) => void): Promise<Database> {
    const pool = new Pool({
      connectionString: url,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      options: `-c search_path=${schema} -c statement_timeout=${ANSWER_WITHIN_MS}`,
      types: {
        getTypeParser: ((oid: number, format: 'text') =>
          oid === OID_INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
      },
    });
    // Whoever asks is told; an idle connection that breaks is replaced.
    pool.on('error', () => {});
    pool.on('connect', (client) => client.on('error', () => {}));
    const database = new Database(pool, tell);
    try {
      await database.transaction(async (sql) => {
        await sql.rows(`SELECT pg_advisory_xact_lock(${SCHEMA_LOCK})`);
        await sql.rows(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
        await sql.rows(TABLES);
      });
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }

  /** One statement, outside of any transaction. */
  async rows<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await withinTime(this.pool.query<Row>(prepared(text, values)), 'PostgreSQL')).rows;
    } catch (error) {
      throw translated(error);
    }
  }

  /** Runs `work` in READ COMMITTED, or as `mode` says; from the start again when others got in its way. */
  async transaction<T>(work: (sql: Sql) => Promise<T>, mode = '', withinMs = ANSWER_WITHIN_MS): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await withinTime(this.once(work, mode, withinMs), 'PostgreSQL', withinMs);
      } catch (error) {
        const code = error instanceof DatabaseError ? (error.code ?? '') : '';
        if (!DEADLOCK_OR_CONFLICT.has(code) || attempt === ATTEMPTS) throw translated(error);
        await delay(attempt * 5);
      }
    }
  }

  /** A server that hangs does not say goodbye. */
  async close(): Promise<void> {
    await withinTime(this.pool.end(), 'PostgreSQL').catch(() => {});
  }

  private async once<T>(work: (sql: Sql) => Promise<T>, mode: string, withinMs: number): Promise<T> {
    const client = await this.pool.connect();
    const levels: StockLevel[] = [];
    const limit = { query_timeout: withinMs };
    const sql: Sql = {
      rows: async (text, values = []) => (await client.query({ ...prepared(text, values), ...limit })).rows,
      tell: (changed) => void levels.push(...changed),
    };
    try {
      await client.query(`BEGIN ${mode}`);
      if (withinMs !== ANSWER_WITHIN_MS) await client.query(`SET LOCAL statement_timeout = ${withinMs}`);
      const result = await work(sql);
      await client.query('COMMIT');
      client.release();
      for (const level of levels) this.tell(level);
      return result;
    } catch (error) {
      // A connection that did not answer is of no use any more.
      const broken = !(error instanceof DatabaseError) || !(await rollBack(client));
      client.release(broken);
      throw error;
    }
  }
}

const names = new Map<string, string>();

/** Statements have few texts and run often: each connection has them parsed and planned once. */
function prepared(text: string, values: readonly unknown[]): QueryConfig {
  if (values.length === 0) return { text };
  const name = names.get(text) ?? `s${names.size}`;
  names.set(text, name);
  return { name, text, values: [...values] };
}

async function rollBack(client: PoolClient): Promise<boolean> {
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}

function translated(error: unknown): unknown {
  if (error instanceof Unavailable) return error;
  const code = error instanceof DatabaseError ? (error.code ?? '') : null;
  if (code !== null && !NOT_NOW.test(code) && !DEADLOCK_OR_CONFLICT.has(code)) return error;
  return new Unavailable(`PostgreSQL is away: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}
