// The tables that exist. Kept in memory too: every request on items looks its table up.
import type { Ground } from "../ports.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { createItems, type Items } from "./items.ts";
import type { IndexChange } from "./indexes.ts";
import type { TableState } from "./schema.ts";
import type { Cause, Change } from "./stream-record.ts";
import { createStreams, type Streams } from "./streams.ts";

export interface Tables {
  readonly items: Items;
  readonly streams: Streams;
  /** Makes an item what it is after the change, with its index entries and its stream record. */
  readonly write: (state: TableState, key: string, change: Change, cause: Cause) => readonly IndexChange[];
  readonly find: (name: string) => TableState | undefined;
  /** Throws ResourceNotFoundException, in the words of the control plane. */
  readonly get: (name: string) => TableState;
  readonly put: (state: TableState) => void;
  readonly remove: (name: string) => void;
  readonly list: () => readonly TableState[];
  /** Several writes as one commit, in which their stream records are too. */
  readonly transaction: <T>(fn: () => T) => T;
}

export const createTables = (ground: Pick<Ground, "store" | "clock" | "bus">, streamShards?: number): Tables => {
  const { store } = ground;
  const stored = store.table<TableState>("dynamodb_tables");
  const tables = new Map(stored.list());
  const items = createItems(store);
  const streams = createStreams(ground, streamShards);
  return {
    items,
    streams,
    write: (state, key, change, cause) => {
      streams.record(state, change, cause);
      return items.write(state, key, change.before, change.after);
    },
    find: (name) => tables.get(name),
    get: (name) => {
      const table = tables.get(name);
      if (table !== undefined) return table;
      const message = `Requested resource not found: Table: ${name} not found`;
      throw new AwsError("ResourceNotFoundException", 400, message);
    },
    put: (state) => {
      stored.put(state.schema.TableName, state);
      tables.set(state.schema.TableName, state);
    },
    remove: (name) => {
      store.transaction(() => {
        const state = tables.get(name);
        if (state !== undefined) streams.disable(state);
        stored.remove(name);
        items.dropTable(name);
      });
      tables.delete(name);
    },
    list: () => [...tables.values()].toSorted((a, b) => (a.schema.TableName < b.schema.TableName ? -1 : 1)),
    transaction: streams.commit,
  };
};
