// A table as CreateTable, UpdateTable, DeleteTable and DescribeTable show it.
import type { Items } from "./items.ts";
import type { Index, TableState, Throughput } from "./schema.ts";

export type Status = "CREATING" | "ACTIVE" | "UPDATING" | "DELETING";

const throughputOf = (throughput: Throughput | undefined): object => ({
  NumberOfDecreasesToday: 0,
  ReadCapacityUnits: throughput?.ReadCapacityUnits ?? 0,
  WriteCapacityUnits: throughput?.WriteCapacityUnits ?? 0,
});

const describeIndex = (state: TableState, index: Index, items: Items): object => {
  const { count, bytes } = items.measure(state.schema.TableName, index.IndexName);
  return {
    IndexName: index.IndexName,
    KeySchema: index.KeySchema,
    Projection: index.Projection,
    IndexArn: `${state.arn}/index/${index.IndexName}`,
    ItemCount: count,
    IndexSizeBytes: bytes,
  };
};

/** Sizes are those of the stored JSON and are current; AWS's are six hours old. */
export const describeTable = (state: TableState, items: Items, status: Status = "ACTIVE"): object => {
  const { schema, throughput, billingMode, onDemandSince } = state;
  const { count, bytes } = items.measure(schema.TableName);
  const locals = schema.LocalSecondaryIndexes?.map((index) => describeIndex(state, index, items));
  const globals = schema.GlobalSecondaryIndexes?.map((index) => ({
    ...describeIndex(state, index, items),
    IndexStatus: status === "DELETING" ? "DELETING" : "ACTIVE",
    ProvisionedThroughput: throughputOf(index.ProvisionedThroughput),
  }));
  return {
    TableName: schema.TableName,
    TableArn: state.arn,
    TableId: state.id,
    TableStatus: status,
    CreationDateTime: state.createdAt / 1000,
    KeySchema: schema.KeySchema,
    AttributeDefinitions: schema.AttributeDefinitions,
    ItemCount: count,
    TableSizeBytes: bytes,
    ProvisionedThroughput: throughputOf(throughput),
    DeletionProtectionEnabled: state.deletionProtection,
    ...(billingMode === "PAY_PER_REQUEST" && {
      BillingModeSummary: {
        BillingMode: billingMode,
        LastUpdateToPayPerRequestDateTime: (onDemandSince ?? state.createdAt) / 1000,
      },
    }),
    ...(locals && { LocalSecondaryIndexes: locals }),
    ...(globals && { GlobalSecondaryIndexes: globals }),
    ...(state.stream?.enabled === true && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: state.stream.view },
    }),
    ...(state.stream && { LatestStreamArn: state.stream.arn, LatestStreamLabel: state.stream.label }),
    ...(state.tableClass !== undefined && { TableClassSummary: { TableClass: state.tableClass } }),
    ...(state.encryption !== undefined && { SSEDescription: { Status: "ENABLED", ...state.encryption } }),
  };
};
