// AWS::DynamoDB::Table.
import * as v from "valibot";
import type { Clock } from "../clock/clock.ts";
import { amount, flag, inert, readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, PropertyRule, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Index, TableState } from "./schema.ts";
import { createTable, deleteTable } from "./table-actions.ts";
import { defineTable } from "./table-definition.ts";
import type { Tables } from "./tables.ts";
import type { TimeToLive } from "./time-to-live.ts";
import { updateTable } from "./update-table.ts";

const properties: Readonly<Record<string, PropertyRule>> = {
  TableName: "replace",
  KeySchema: "replace",
  LocalSecondaryIndexes: "replace",
  AttributeDefinitions: "update",
  BillingMode: "update",
  ProvisionedThroughput: "update",
  GlobalSecondaryIndexes: "update",
  TimeToLiveSpecification: "update",
  DeletionProtectionEnabled: "update",
  TableClass: "update",
  Tags: "inert",
  StreamSpecification: "update",
  SSESpecification: "inert",
  PointInTimeRecoverySpecification: "inert",
  ContributorInsightsSpecification: "inert",
  OnDemandThroughput: "inert",
};

const NAME_LENGTH = 255;

const throughput = v.looseObject({ ReadCapacityUnits: v.optional(amount), WriteCapacityUnits: v.optional(amount) });
/** Contributor insights have no effect here, per index as per table. */
const index = v.pipe(
  v.looseObject({ ProvisionedThroughput: v.optional(throughput) }),
  v.transform(({ ContributorInsightsSpecification: _inert, OnDemandThroughput: _alsoInert, ...rest }) => rest),
);

/** What CreateTable would not take as it is. The rest goes there, and is checked there. */
const schema = v.looseObject({
  TableName: v.optional(v.string()),
  ProvisionedThroughput: v.optional(throughput),
  GlobalSecondaryIndexes: v.optional(v.array(index)),
  DeletionProtectionEnabled: v.optional(flag),
  TimeToLiveSpecification: v.optional(v.strictObject({ AttributeName: v.optional(v.string()), Enabled: flag })),
  StreamSpecification: v.optional(v.looseObject({})),
  SSESpecification: v.optional(v.strictObject({ SSEEnabled: v.optional(flag), SSEType: inert, KMSMasterKeyId: inert })),
});

const PASSED = (
  "KeySchema AttributeDefinitions LocalSecondaryIndexes BillingMode TableClass ProvisionedThroughput " +
  "DeletionProtectionEnabled"
).split(" ");

interface Wanted {
  /** The parameters of CreateTable. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly stream: Properties | undefined;
  readonly ttlAttribute: string | undefined;
}

const read = (from: Properties, name: string): Wanted => {
  const given = readProperties("AWS::DynamoDB::Table", schema, from);
  const { GlobalSecondaryIndexes: globals = [], SSESpecification: sse, TimeToLiveSpecification: ttl } = given;
  if (ttl?.Enabled && !ttl.AttributeName)
    throw new AwsError("ValidationError", 400, "TimeToLiveSpecification.AttributeName is missing");
  // CloudFormation's StreamSpecification has no switch: to be there is to be on.
  const stream = given.StreamSpecification && { ...given.StreamSpecification, StreamEnabled: true };
  return {
    stream,
    ttlAttribute: ttl?.Enabled ? ttl.AttributeName : undefined,
    input: {
      ...Object.fromEntries(PASSED.flatMap((member) => (given[member] === undefined ? [] : [[member, given[member]]]))),
      TableName: given.TableName ?? name,
      ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
      ...(stream && { StreamSpecification: stream }),
      ...(sse?.SSEEnabled && { SSESpecification: { ...sse, Enabled: true } }),
    },
  };
};

/** What UpdateTable must be told; another view is another stream. */
const streamUpdates = ({ stream }: TableState, wanted: Properties | undefined): readonly Properties[] => {
  const view = stream?.enabled === true ? stream.view : undefined;
  if (view === wanted?.["StreamViewType"]) return [];
  return [...(view === undefined ? [] : [{ StreamEnabled: false }]), ...(wanted === undefined ? [] : [wanted])];
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Index by index what UpdateTable must do; a changed key or projection needs a new name, as on AWS. */
const indexUpdates = (state: TableState, wanted: readonly Index[]): readonly object[] => {
  const existing = state.schema.GlobalSecondaryIndexes ?? [];
  const gone = existing.filter(({ IndexName }) => !wanted.some((index) => index.IndexName === IndexName));
  const updates: object[] = gone.map(({ IndexName }) => ({ Delete: { IndexName } }));
  for (const index of wanted) {
    const old = existing.find(({ IndexName }) => IndexName === index.IndexName);
    if (old === undefined) updates.push({ Create: index });
    else if (!same(old.KeySchema, index.KeySchema) || !same(old.Projection, index.Projection)) {
      throw new AwsError(
        "ValidationError",
        400,
        "Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights Specification. " +
          "You can create a new GSI with a different name.",
      );
    } else if (index.ProvisionedThroughput && !same(old.ProvisionedThroughput, index.ProvisionedThroughput)) {
      updates.push({ Update: { IndexName: index.IndexName, ProvisionedThroughput: index.ProvisionedThroughput } });
    }
  }
  if (updates.filter((update) => !("Update" in update)).length > 1) {
    const message = "Cannot perform more than one GSI creation or deletion in a single update";
    throw new AwsError("ValidationError", 400, message);
  }
  return updates;
};

const createdFrom = ({ schema, arn, stream }: TableState): Created => ({
  physicalId: schema.TableName,
  attributes: { Arn: arn, ...(stream?.enabled === true && { StreamArn: stream.arn }) },
});

/** The CloudFormation type; its tables are ACTIVE when `create` resolves. */
export const tableType = (tables: Tables, timeToLive: TimeToLive, clock: Clock): ResourceType => ({
  properties,
  nameProperty: "TableName",
  check: (from) => void defineTable(read(from, "unnamed").input, "us-east-1", 0),
  create: async (from, { region, generateName }) => {
    const { input, stream, ttlAttribute } = read(from, generateName(NAME_LENGTH));
    const state = createTable(tables, defineTable(input, region, clock.now()), stream);
    if (ttlAttribute !== undefined) timeToLive.set(state.schema.TableName, ttlAttribute);
    return createdFrom(state);
  },
  update: async (TableName, from) => {
    const old = tables.get(TableName);
    const { input, stream, ttlAttribute } = read(from, TableName);
    const wanted = defineTable(input, "us-east-1", clock.now());
    updateTable(
      tables,
      {
        TableName,
        AttributeDefinitions: wanted.schema.AttributeDefinitions,
        BillingMode: wanted.billingMode,
        ...(input["ProvisionedThroughput"] !== undefined && { ProvisionedThroughput: wanted.throughput }),
        GlobalSecondaryIndexUpdates: indexUpdates(old, wanted.schema.GlobalSecondaryIndexes ?? []),
        DeletionProtectionEnabled: wanted.deletionProtection,
        TableClass: wanted.tableClass ?? "STANDARD",
        ...(wanted.encryption && { SSESpecification: input["SSESpecification"] }),
      },
      clock.now(),
    );
    for (const StreamSpecification of streamUpdates(old, stream)) {
      updateTable(tables, { TableName, StreamSpecification }, clock.now());
    }
    if (ttlAttribute !== old.ttlAttribute) timeToLive.set(TableName, ttlAttribute);
    return createdFrom(tables.get(TableName));
  },
  remove: async (physicalId) => {
    if (tables.find(physicalId) !== undefined) deleteTable(tables, physicalId);
  },
});
