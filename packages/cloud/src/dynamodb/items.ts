// Items, their index entries and their expiries in the store. One document each; keys sort as DynamoDB does.
import type { Store } from "../store/store.ts";
import { itemKey } from "./engine.ts";
import { entryOf, indexChanges, type IndexChange } from "./indexes.ts";
import type { Item } from "./item.ts";
import type { Index, TableSchema, TableState } from "./schema.ts";

export interface Expiry {
  /** Seconds since 1970, as the item says. */
  readonly time: number;
  readonly key: string;
}

export interface Items {
  readonly get: (table: string, key: string) => Item | undefined;
  /** Called after a write that gave an item an expiry. */
  readonly onExpiry: (listener: (seconds: number) => void) => void;
  /** Puts or (without an item) removes, with the index entries and the expiry; answers what changed in indexes. */
  readonly write: (state: TableState, key: string, before: Item | undefined, after?: Item) => readonly IndexChange[];
  /** Values of a key range of the table, or of one of its indexes. Drain it before the next write. */
  readonly range: (table: string, index: string | undefined, bounds: Bounds) => Iterable<Item>;
  readonly measure: (table: string, index?: string) => { count: number; bytes: number };
  readonly fillIndex: (schema: TableSchema, index: Index) => void;
  readonly dropIndex: (table: string, index: string) => void;
  readonly dropTable: (table: string) => void;
  /** Earliest expiries of a table between two times in seconds, both included. */
  readonly expiries: (table: string, between: { from: number; to?: number; limit: number }) => readonly Expiry[];
  readonly fillExpiries: (schema: TableSchema, attribute: string) => void;
  readonly dropExpiries: (table: string) => void;
}

/** As LevelDB names them. */
export interface Bounds {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
}

/** Twelve digits hold every second until the year 33,658; later expiries (milliseconds by mistake) never come. */
const EXPIRY_DIGITS = 12;

const expiryOf = (item: Item | undefined, attribute: string | undefined): number | undefined => {
  const value = attribute === undefined ? undefined : item?.[attribute]?.["N"];
  const seconds = Math.floor(Number(value ?? Number.NaN));
  return seconds > 0 && String(seconds).length <= EXPIRY_DIGITS ? seconds : undefined;
};

const expiryKey = (table: string, seconds: number, key: string): string =>
  `${table}/${String(seconds).padStart(EXPIRY_DIGITS, "0")}/${key}`;

/** "0" follows "/" directly, so this bound ends all keys that start with `prefix` and a slash. */
const within = (prefix: string, { gt, gte, lt, lte, reverse }: Bounds): Bounds => ({
  ...(gt === undefined ? { gte: `${prefix}/${gte ?? ""}` } : { gt: `${prefix}/${gt}` }),
  ...(lte === undefined ? { lt: lt === undefined ? `${prefix}0` : `${prefix}/${lt}` } : { lte: `${prefix}/${lte}` }),
  reverse: reverse === true,
});

/** Items over the cloud's store. Writers wrap what belongs together in `store.transaction`. */
export const createItems = (store: Store): Items => {
  const items = store.table<Item>("dynamodb_items");
  const entries = store.table<Item>("dynamodb_index_entries");
  const expiries = store.table<string>("dynamodb_expiries");

  let expiryListener: ((seconds: number) => void) | undefined;

  const removeAll = (
    table: { list: typeof items.list | typeof expiries.list; remove: (key: string) => void },
    prefix: string,
  ) => {
    for (const [key] of table.list({ prefix })) table.remove(key);
  };
  const moveExpiry = (state: TableState, key: string, before: Item | undefined, after: Item | undefined): void => {
    const { TableName } = state.schema;
    const [old, now] = [expiryOf(before, state.ttlAttribute), expiryOf(after, state.ttlAttribute)];
    if (old === now) return;
    if (old !== undefined) expiries.remove(expiryKey(TableName, old, key));
    if (now === undefined) return;
    expiries.put(expiryKey(TableName, now, key), key);
    expiryListener?.(now);
  };

  return {
    get: (table, key) => items.get(`${table}/${key}`),
    onExpiry: (listener) => {
      expiryListener = listener;
    },
    write: (state, key, before, after) => {
      const { TableName } = state.schema;
      const changes = indexChanges(state.schema, before, after);
      if (after === undefined) items.remove(`${TableName}/${key}`);
      else items.put(`${TableName}/${key}`, after);
      for (const { index, remove, put } of changes) {
        if (remove !== undefined) entries.remove(`${TableName}/${index}/${remove}`);
        if (put !== undefined) entries.put(`${TableName}/${index}/${put.key}`, put.item);
      }
      moveExpiry(state, key, before, after);
      return changes;
    },
    range: function* (table, index, bounds) {
      const rows =
        index === undefined ? items.range(within(table, bounds)) : entries.range(within(`${table}/${index}`, bounds));
      for (const [, item] of rows) yield item;
    },
    measure: (table, index) =>
      index === undefined ? items.measure(`${table}/`) : entries.measure(`${table}/${index}/`),
    fillIndex: (schema, index) => {
      for (const [, item] of items.range(within(schema.TableName, {}))) {
        const entry = entryOf(item, index, schema);
        if (entry !== undefined) entries.put(`${schema.TableName}/${index.IndexName}/${entry.key}`, entry.item);
      }
    },
    dropIndex: (table, index) => removeAll(entries, `${table}/${index}/`),
    dropTable: (table) => {
      removeAll(items, `${table}/`);
      removeAll(entries, `${table}/`);
      removeAll(expiries, `${table}/`);
    },
    expiries: (table, { from, to, limit }) => {
      const found: Expiry[] = [];
      const end = to === undefined ? `${table}0` : expiryKey(table, to + 1, "");
      for (const [path, key] of expiries.range({ gte: expiryKey(table, Math.max(from, 0), ""), lt: end })) {
        found.push({ time: Number(path.slice(table.length + 1, table.length + 1 + EXPIRY_DIGITS)), key });
        if (found.length === limit) break;
      }
      return found;
    },
    fillExpiries: (schema, attribute) => {
      for (const [, item] of items.range(within(schema.TableName, {}))) {
        const time = expiryOf(item, attribute);
        const key = itemKey(item, schema);
        if (time !== undefined) expiries.put(expiryKey(schema.TableName, time, key), key);
      }
    },
    dropExpiries: (table) => removeAll(expiries, `${table}/`),
  };
};
