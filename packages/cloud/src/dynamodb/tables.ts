// The tables that exist. Kept in memory too: every request on items looks its table up.
import type { Ground } from "../ports.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { createItems, type Items } from "./items.ts";
import type { TableState } from "./schema.ts";

export interface Tables {
  readonly items: Items;
  readonly find: (name: string) => TableState | undefined;
  /** Throws ResourceNotFoundException, in the words of the control plane. */
  readonly get: (name: string) => TableState;
  readonly put: (state: TableState) => void;
  readonly remove: (name: string) => void;
  readonly list: () => readonly TableState[];
  /** Several writes as one commit. */
  readonly transaction: <T>(fn: () => T) => T;
}

export const createTables = ({ store }: Pick<Ground, "store">): Tables => {
  const stored = store.table<TableState>("dynamodb_tables");
  const tables = new Map(stored.list());
  const items = createItems(store);
  return {
    items,
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
        stored.remove(name);
        items.dropTable(name);
      });
      tables.delete(name);
    },
    list: () => [...tables.values()].toSorted((a, b) => (a.schema.TableName < b.schema.TableName ? -1 : 1)),
    transaction: store.transaction,
  };
};
