// UpdateTable: billing, throughput, global secondary indexes, protection, class, encryption.
import { AwsError } from "../gateway/aws-error.ts";
import type { Input } from "../gateway/service.ts";
import { check } from "./engine.ts";
import { TABLE_SETTINGS } from "./parameters.ts";
import type { Index, TableSchema, TableState, Throughput } from "./schema.ts";
import {
  checkDefinition,
  checkTableClass,
  encryptionOf,
  invalid,
  NO_THROUGHPUT,
  readStream,
} from "./table-definition.ts";
import type { Tables } from "./tables.ts";

interface IndexUpdate {
  readonly Create?: Index;
  readonly Update?: { readonly IndexName: string; readonly ProvisionedThroughput: Throughput };
  readonly Delete?: { readonly IndexName: string };
}

const OURS = ["AttributeDefinitions", ...TABLE_SETTINGS];
const DYNALITES = ["BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexUpdates"];

const limitExceeded = (): AwsError =>
  new AwsError(
    "LimitExceededException",
    400,
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
  );

/** dynalite's rules ask each new index for a throughput, which on-demand tables have none of. */
const checkInput = (input: Input): void => {
  const updates = input["GlobalSecondaryIndexUpdates"];
  if (!DYNALITES.some((name) => name in input) && OURS.some((name) => name in input)) {
    check("deleteTable", { TableName: input["TableName"] });
    return;
  }
  const filled = Array.isArray(updates)
    ? updates.map((update: IndexUpdate | null) => {
        if (!update?.Create) return update;
        const one = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
        return { ...update, Create: { ProvisionedThroughput: one, ...update.Create } };
      })
    : undefined;
  check("updateTable", { ...input, ...(filled && { GlobalSecondaryIndexUpdates: filled }) }, OURS);
};

const applyIndexUpdates = (schema: TableSchema, updates: readonly IndexUpdate[]): readonly Index[] => {
  const indexes = [...(schema.GlobalSecondaryIndexes ?? [])];
  if (updates.filter(({ Create, Delete }) => Create ?? Delete).length > 1) throw limitExceeded();
  for (const { Create, Update, Delete } of updates) {
    if (Create) {
      if (indexes.some(({ IndexName }) => IndexName === Create.IndexName)) {
        throw invalid(`Attempting to create an index which already exists: ${Create.IndexName}`);
      }
      indexes.push(Create);
      continue;
    }
    const name = Update?.IndexName ?? Delete?.IndexName;
    const at = indexes.findIndex(({ IndexName }) => IndexName === name);
    const found = indexes[at];
    if (found === undefined) {
      throw new AwsError("ResourceNotFoundException", 400, "Requested resource not found");
    }
    if (Update) indexes[at] = { ...found, ProvisionedThroughput: Update.ProvisionedThroughput };
    else indexes.splice(at, 1);
  }
  return indexes;
};

/** Only definitions that some key uses stay: deleting an index drops its own, as on AWS. */
const changedSchema = (schema: TableSchema, input: Input, updates: readonly IndexUpdate[]): TableSchema => {
  const { GlobalSecondaryIndexes: _old, ...rest } = schema;
  const globals = applyIndexUpdates(schema, updates);
  const given = (input["AttributeDefinitions"] ?? schema.AttributeDefinitions) as TableSchema["AttributeDefinitions"];
  const keys = [rest, ...globals, ...(rest.LocalSecondaryIndexes ?? [])].flatMap(({ KeySchema }) => KeySchema);
  const isUsed = (name: string): boolean => keys.some(({ AttributeName }) => AttributeName === name);
  return {
    ...rest,
    AttributeDefinitions: given.filter(({ AttributeName }) => isUsed(AttributeName)),
    ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
  };
};

const billing = (state: TableState, input: Input, now: number): Partial<TableState> => {
  const mode = (input["BillingMode"] ?? state.billingMode) as TableState["billingMode"];
  const throughput = input["ProvisionedThroughput"] as Throughput | undefined;
  if (mode === "PAY_PER_REQUEST") {
    if (throughput !== undefined) {
      throw invalid(
        "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be " +
          "specified when BillingMode is PAY_PER_REQUEST",
      );
    }
    const since = state.billingMode === mode ? state.onDemandSince : now;
    return { billingMode: mode, throughput: NO_THROUGHPUT, ...(since !== undefined && { onDemandSince: since }) };
  }
  return { billingMode: mode, throughput: throughput ?? state.throughput };
};

const settings = (input: Input): Partial<TableState> => {
  const tableClass = checkTableClass(input["TableClass"]);
  const encryption = encryptionOf(input["SSESpecification"]);
  const protection = input["DeletionProtectionEnabled"];
  return {
    ...(tableClass !== undefined && { tableClass }),
    ...(encryption !== undefined && { encryption }),
    ...(typeof protection === "boolean" && { deletionProtection: protection }),
  };
};

const changeStream = (tables: Tables, state: TableState, specification: unknown): TableState => {
  const wanted = readStream(specification);
  if (wanted === undefined) return state;
  if (wanted === "off") {
    if (state.stream?.enabled !== true) throw invalid("Table does not have a stream to disable"); // (u) the words
    return tables.streams.disable(state);
  }
  if (state.stream?.enabled === true) {
    throw invalid(`Table already has an enabled stream: TableName: ${state.schema.TableName}`); // (u) the words
  }
  return tables.streams.enable(state, wanted);
};

/** Changes a table and fills or drops its indexes, in one commit. */
export const updateTable = (tables: Tables, input: Input, now: number): TableState => {
  checkInput(input);
  const state = tables.get(String(input["TableName"]));
  const updates = (input["GlobalSecondaryIndexUpdates"] ?? []) as readonly IndexUpdate[]; // checked above
  const schema = changedSchema(state.schema, input, updates);
  const changed: TableState = { ...state, ...billing(state, input, now), ...settings(input), schema };
  checkDefinition(changed);
  return tables.transaction(() => {
    for (const { Create, Delete } of updates) {
      if (Create) tables.items.fillIndex(schema, Create);
      if (Delete) tables.items.dropIndex(schema.TableName, Delete.IndexName);
    }
    const streaming = changeStream(tables, changed, input["StreamSpecification"]);
    tables.put(streaming);
    return streaming;
  });
};
