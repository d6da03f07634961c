// The state of every service: one SQLite file in WAL mode, one small table per kind of thing, bodies as files beside it.
// Safe against the death of the process, not against loss of power.
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { removeTree } from "./remove-tree.ts";

// Not imported: an older Node would say that there is no such module, and nothing of itself.
const sqlite = process.getBuiltinModule?.("node:sqlite");
if (sqlite === undefined) throw new Error(`@warmstart/cloud needs Node 22.18 or newer; this is ${process.version}`);

/** One kind of thing: JSON documents by key, ordered by the bytes of the key (UTF-8), as S3 and DynamoDB order them. */
export interface Table<T> {
  /** Frozen: others get the same object. */
  readonly get: (key: string) => T | undefined;
  readonly put: (key: string, value: T) => void;
  readonly remove: (key: string) => void;
  /** In key order. `prefix` limits, `after` excludes itself and everything before it. */
  readonly list: (range?: { prefix?: string; after?: string; limit?: number }) => readonly (readonly [string, T])[];
  /** Lazily, row by row: drain or leave it before the next write to this table and before the next `range` on it. */
  readonly range: (range: KeyRange) => Iterable<readonly [string, T]>;
  /** How many documents have a key with this prefix, and the bytes of their JSON. */
  readonly measure: (prefix: string) => { readonly count: number; readonly bytes: number };
}

/** Bounds on keys; a missing one is open. */
export interface KeyRange {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
}

export interface Store {
  /** Where bodies, code and other files of the services live; every service makes its own sub-folder. */
  readonly folder: string;
  readonly table: <T>(name: string) => Table<T>;
  /** All writes in `fn` are one commit, done when it returns; nested calls join the outer one. `fn` is synchronous. */
  readonly transaction: <T>(fn: () => T) => T;
  readonly close: () => void;
}

export interface StoreOptions {
  /** State folder; without it everything lives in memory and in a temporary folder that `close` removes. */
  readonly folder?: string;
}

const FORMAT = 2;

/** SQLite's code for a file that another connection holds. https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;

/** Extended codes carry the kind of busy in their upper bits. */
const isBusy = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "errcode" in error && (Number(error.errcode) & 0xff) === BUSY;

/** The first string after every string with this prefix: U+10FFFF is the last code point, also in UTF-8 order. */
const END = "\u{10FFFF}";

/** Most documents that a table keeps parsed, and how long their JSON may be: hot paths read the same few each time. */
const KEPT = { documents: 200, length: 4096 };

const deepFreeze = (value: unknown): void => {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
};

/** What was read of late. All who read a document get the same object, so it is frozen. */
const keepParsed = <T>(parsed: Map<string, unknown>, key: string, value: T): T => {
  deepFreeze(value);
  parsed.set(key, value);
  const [oldest] = parsed.size > KEPT.documents ? parsed.keys() : [];
  if (oldest !== undefined) parsed.delete(oldest);
  return value;
};

const openTable = <T>(db: DatabaseSync, name: string, parsed: Map<string, unknown>): Table<T> => {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`table name ${JSON.stringify(name)}: use a-z, 0-9 and _`);
  db.exec(`CREATE TABLE IF NOT EXISTS ${name} (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`);
  const get = db.prepare(`SELECT value FROM ${name} WHERE key = ?`);
  const put = db.prepare(`INSERT INTO ${name} VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
  const remove = db.prepare(`DELETE FROM ${name} WHERE key = ?`);
  const list = db.prepare(`SELECT key, value FROM ${name} WHERE key >= ? AND key < ? AND key > ? ORDER BY key LIMIT ?`);
  const measure = db.prepare(
    `SELECT COUNT(*) AS count, TOTAL(LENGTH(value)) AS bytes FROM ${name} WHERE key >= ? AND key < ?`,
  );
  const read = (row: Record<string, unknown> | undefined): T | undefined =>
    row === undefined ? undefined : (JSON.parse(String(row["value"])) as T); // only `put` writes here
  const ranges = new Map<string, StatementSync>();
  const rangeStatement = ({ gt, lte, reverse }: KeyRange): StatementSync => {
    const bounds = `key ${gt === undefined ? ">=" : ">"} ? AND key ${lte === undefined ? "<" : "<="} ?`;
    const sql = `SELECT key, value FROM ${name} WHERE ${bounds} ORDER BY key ${reverse ? "DESC" : "ASC"}`;
    const statement = ranges.get(sql) ?? db.prepare(sql);
    ranges.set(sql, statement);
    return statement;
  };
  return {
    get: (key) => {
      const known = parsed.get(key);
      if (known !== undefined) return known as T; // only what `read` gave is kept
      const row = get.get(key);
      const value = read(row);
      return value === undefined || String(row?.["value"]).length > KEPT.length
        ? value
        : keepParsed(parsed, key, value);
    },
    put: (key, value) => {
      parsed.delete(key);
      put.run(key, JSON.stringify(value));
    },
    remove: (key) => {
      parsed.delete(key);
      remove.run(key);
    },
    list: ({ prefix = "", after = "", limit = -1 } = {}) =>
      list.all(prefix, prefix + END, after, limit).map((row) => [String(row["key"]), read(row) as T] as const),
    range: function* (bounds) {
      const { gt, gte, lt, lte } = bounds;
      for (const row of rangeStatement(bounds).iterate(gt ?? gte ?? "", lte ?? lt ?? END)) {
        yield [String(row["key"]), read(row) as T];
      }
    },
    measure: (prefix) => {
      const row = measure.get(prefix, prefix + END);
      return { count: Number(row?.["count"]), bytes: Number(row?.["bytes"]) };
    },
  };
};

/** One process per state: the kernel's lock on the file goes with the process, however that ends. */
const SETTINGS = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";

const openDatabase = (path: string): DatabaseSync => {
  const db = new sqlite.DatabaseSync(path);
  try {
    db.exec(SETTINGS);
    const version = Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
    if (version !== 0 && version !== FORMAT) throw new Error(`its format is ${version}, this program's is ${FORMAT}`);
    db.exec(`PRAGMA user_version = ${FORMAT}`);
    return db;
  } catch (error) {
    db.close();
    if (isBusy(error)) {
      throw new Error(`Another process uses the state in ${path}; \`npx warmstart down\` stops a cloud`, {
        cause: error,
      });
    }
    throw new Error(
      `The state in ${path} cannot be read (${error instanceof Error ? error.message : String(error)}). ` +
        "Move the folder away, or run `warmstart reset --yes` to start empty.",
      { cause: error },
    );
  }
};

/** Opens the state folder, or a fresh in-memory state. */
export const openStore = ({ folder }: StoreOptions = {}): Store => {
  const root = folder ?? mkdtempSync(join(tmpdir(), "warmstart-"));
  mkdirSync(root, { recursive: true });
  const db = openDatabase(folder === undefined ? ":memory:" : join(root, "state.sqlite"));
  const tables = new Map<string, unknown>();
  /** Of each table. */
  const parsed: Map<string, unknown>[] = [];
  const statements = new Map<string, StatementSync>();
  const run = (sql: string): void => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    statement.run();
  };
  let depth = 0;
  return {
    folder: root,
    table: <T>(name: string) => {
      const known = tables.get(name);
      if (known !== undefined) return known as Table<T>; // a name belongs to one service and type
      const documents = new Map<string, unknown>();
      parsed.push(documents);
      const table = openTable<T>(db, name, documents);
      tables.set(name, table);
      return table;
    },
    transaction: (fn) => {
      if (depth > 0) return fn();
      run("BEGIN IMMEDIATE");
      depth++;
      try {
        const result = fn();
        run("COMMIT");
        return result;
      } catch (error) {
        run("ROLLBACK");
        for (const documents of parsed) documents.clear(); // they may have been read within it
        throw error;
      } finally {
        depth--;
      }
    },
    close: () => {
      db.close();
      if (folder === undefined) removeTree(root);
    },
  };
};
