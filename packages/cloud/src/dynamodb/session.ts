// The `store` that dynalite's actions see while one request runs. It answers from SQLite within the same turn, so an
// action that writes runs from its first read to its last write without another request in between.
import { Stream } from "node:stream";
import { AwsError } from "../gateway/aws-error.ts";
import { engineOptions, indexKey, itemKey, refuseDeep, type EngineDb, type EngineStore } from "./engine.ts";
import type { IndexChange } from "./indexes.ts";
import { itemBytes, type Item } from "./item.ts";
import type { Bounds } from "./items.ts";
import { MAX_ITEM_BYTES } from "./limits.ts";
import type { Locks } from "./locks.ts";
import { indexesOf, type TableSchema, type TableState } from "./schema.ts";
import type { Tables } from "./tables.ts";

export interface ItemRead {
  readonly table: string;
  readonly item: Item | undefined;
}

export interface ItemWrite {
  readonly state: TableState;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly indexChanges: readonly IndexChange[];
}

export interface Session {
  readonly store: EngineStore;
  readonly reads: readonly ItemRead[];
  readonly writes: readonly ItemWrite[];
  /** Sizes of what a Query or Scan was given, in order; it may have been given one row more than it answers. */
  readonly rowBytes: readonly number[];
}

const notFound = (): Error => new AwsError("ResourceNotFoundException", 400, "Requested resource not found");

const tooLarge = (before: Item | undefined): AwsError =>
  new AwsError(
    "ValidationException",
    400,
    before === undefined
      ? "Item size has exceeded the maximum allowed size"
      : "Item size to update has exceeded the maximum allowed size",
  );

/**
 * Rows as the old-style stream that dynalite listens to; `destroy` stops it. They come in the next tick, all in one,
 * so a page is one consistent view.
 */
const streamOf = (rows: () => Iterable<Item>): Stream => {
  let stopped = false;
  const stream: Stream & { destroy?: () => void } = new Stream();
  stream.destroy = () => {
    stopped = true;
  };
  process.nextTick(() => {
    try {
      for (const row of rows()) {
        if (stopped) break;
        stream.emit("data", row);
      }
      stream.emit("end");
    } catch (error) {
      stream.emit("error", error);
    }
  });
  return stream;
};

/** dynalite starts a page after a key that cannot tell entries with equal index keys apart; ours can. */
const exactStart = (schema: TableSchema, index: string, bounds: Bounds, startKey: Item | undefined): Bounds => {
  const keySchema = indexesOf(schema).find(({ IndexName }) => IndexName === index)?.KeySchema;
  if (startKey === undefined || keySchema === undefined) return bounds;
  const start = indexKey(startKey, schema, keySchema);
  const exact = `${start}/${itemKey(startKey, schema)}`;
  if (bounds.gt === start) return { ...bounds, gt: exact };
  return bounds.lt === start ? { ...bounds, lt: exact } : bounds;
};

export interface SessionOptions {
  /** The request's ExclusiveStartKey. */
  readonly startKey?: Item | undefined;
  /** Trace header of the request. */
  readonly traceId?: string | undefined;
}

/** A session for one request. */
export const openSession = (tables: Tables, locks: Locks, { startKey, traceId }: SessionOptions = {}): Session => {
  const { items } = tables;
  const cause = { traceId };
  const reads: ItemRead[] = [];
  const writes: ItemWrite[] = [];
  const rowBytes: number[] = [];

  const measured = function* (rows: Iterable<Item>): Iterable<Item> {
    for (const row of rows) {
      rowBytes.push(itemBytes(row));
      yield row;
    }
  };
  const write = (table: string, key: string, after: Item | undefined): void => {
    const state = tables.get(table);
    const before = items.get(table, key);
    refuseDeep(after, 1);
    if (after !== undefined && itemBytes(after) > MAX_ITEM_BYTES) throw tooLarge(before);
    writes.push({ state, before, after, indexChanges: tables.write(state, key, { before, after }, cause) });
  };
  const itemDb = (table: string): EngineDb => ({
    lock: (key, run) => {
      locks.refuseWhenHeld(table, key);
      run((done) => done);
    },
    get: (key, done) => {
      const item = items.get(table, key);
      reads.push({ table, item });
      done(null, item);
    },
    put: (key, item, done) => {
      write(table, key, item);
      done(null);
    },
    del: (key, done) => {
      write(table, key, undefined);
      done(null);
    },
    createValueStream: (bounds) => streamOf(() => measured(items.range(table, undefined, bounds))),
  });
  return {
    reads,
    writes,
    rowBytes,
    store: {
      options: engineOptions,
      getTable: (name, checkStatus, done) => {
        const reply = typeof checkStatus === "function" ? checkStatus : done;
        const state = tables.find(name);
        if (state === undefined) reply?.(notFound());
        else reply?.(null, state.schema);
      },
      getItemDb: itemDb,
      getIndexDb: (_type, table, index) => ({
        ...itemDb(table),
        // `write` keeps the indexes, together with the item.
        put: (_key, _item, done) => done(null),
        del: (_key, done) => done(null),
        createValueStream: (bounds) =>
          streamOf(() => {
            const exact = exactStart(tables.get(table).schema, index, bounds, startKey);
            return measured(items.range(table, index, exact));
          }),
      }),
    },
  };
};
