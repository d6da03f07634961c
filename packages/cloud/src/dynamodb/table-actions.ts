// CreateTable, UpdateTable, DeleteTable, DescribeTable, ListTables. Changes are done when they are answered:
// the answer shows CREATING, UPDATING or DELETING, the next request sees the result.
import { textOf } from "./parameters.ts";
import type { Clock } from "../clock/clock.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action, Call, Input } from "../gateway/service.ts";
import { describeTable } from "./describe.ts";
import { check } from "./engine.ts";
import type { TableState } from "./schema.ts";
import { defineTable, invalid, readStream } from "./table-definition.ts";
import type { Tables } from "./tables.ts";
import { updateTable } from "./update-table.ts";

/** Makes the table, with the stream that `specification` asks for. */
export const createTable = (tables: Tables, defined: TableState, specification: unknown): TableState => {
  const { TableName } = defined.schema;
  if (tables.find(TableName)) {
    throw new AwsError("ResourceInUseException", 400, `Table already exists: ${TableName}`);
  }
  const view = readStream(specification);
  return tables.transaction(() => {
    const state = view === undefined || view === "off" ? defined : tables.streams.enable(defined, view);
    tables.put(state);
    return state;
  });
};

export const deleteTable = (tables: Tables, name: string): TableState => {
  const state = tables.get(name);
  if (state.deletionProtection) {
    throw invalid(
      `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
    );
  }
  tables.remove(name);
  return state;
};

const DEFAULT_PAGE = 100;

const listTables = (tables: Tables, input: Input): object => {
  const data = check("listTables", input);
  const after = textOf(data["ExclusiveStartTableName"]);
  const limit = Number(data["Limit"] ?? DEFAULT_PAGE);
  const names = tables
    .list()
    .map(({ schema }) => schema.TableName)
    .filter((name) => name > after);
  const page = names.slice(0, limit);
  return { TableNames: page, ...(names.length > limit && { LastEvaluatedTableName: page.at(-1) }) };
};

const nameOf = ({ input }: Call): string => String(check("deleteTable", input)["TableName"]);

export const tableActions = (tables: Tables, clock: Clock): Readonly<Record<string, Action>> => {
  return {
    CreateTable: ({ input, region }) => {
      const state = createTable(tables, defineTable(input, region, clock.now()), input["StreamSpecification"]);
      return { TableDescription: describeTable(state, tables.items, "CREATING") };
    },
    UpdateTable: ({ input }) => {
      const state = updateTable(tables, input, clock.now());
      return { TableDescription: describeTable(state, tables.items, "UPDATING") };
    },
    DeleteTable: (call) => {
      const state = deleteTable(tables, nameOf(call));
      return { TableDescription: describeTable(state, tables.items, "DELETING") };
    },
    DescribeTable: (call) => ({ Table: describeTable(tables.get(nameOf(call)), tables.items) }),
    ListTables: ({ input }) => listTables(tables, input),
  };
};
