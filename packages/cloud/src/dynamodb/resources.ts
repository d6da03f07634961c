// AWS::DynamoDB::Table.
import type { Clock } from "../clock/clock.ts";
import type { Created, Properties, PropertyRule, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import { setRecovery } from "./continuous-backups.ts";
import type { Index, TableState, Throughput } from "./schema.ts";
import { createTable, deleteTable } from "./table-actions.ts";
import { defineTable, encryptionOf } from "./table-definition.ts";
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
  Tags: "update",
  StreamSpecification: "update",
  SSESpecification: "inert",
  PointInTimeRecoverySpecification: "inert",
  ContributorInsightsSpecification: "inert",
  OnDemandThroughput: "inert",
};

const NAME_LENGTH = 255;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** CloudFormation takes "5" for 5 and "true" for true. */
const asNumber = (value: unknown): unknown =>
  typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
const asBoolean = (value: unknown): unknown => (value === "true" ? true : value === "false" ? false : value);

const throughputOf = (value: unknown): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, units]) => [name, asNumber(units)])) : value;

/** Contributor insights have no effect here, per index as per table. */
const indexOf = (index: unknown): unknown => {
  if (!isRecord(index)) return index;
  const { ContributorInsightsSpecification: _inert, OnDemandThroughput: _alsoInert, ...rest } = index;
  const throughput = rest["ProvisionedThroughput"];
  return throughput === undefined ? rest : { ...rest, ProvisionedThroughput: throughputOf(throughput) };
};

/** CloudFormation's StreamSpecification has no switch: to be there is to be on. */
const streamOf = (from: Properties): Properties | undefined => {
  const specification = from["StreamSpecification"];
  return isRecord(specification) ? { ...specification, StreamEnabled: true } : undefined;
};

const PASSED = ["KeySchema", "AttributeDefinitions", "LocalSecondaryIndexes", "BillingMode", "TableClass", "Tags"];

/** The parameters of CreateTable that the properties mean. */
const toInput = (from: Properties, TableName: string): Readonly<Record<string, unknown>> => {
  const indexes = from["GlobalSecondaryIndexes"];
  const globals = Array.isArray(indexes) && indexes.length > 0 ? indexes.map(indexOf) : undefined;
  const throughput = from["ProvisionedThroughput"];
  const protection = asBoolean(from["DeletionProtectionEnabled"]);
  return {
    ...Object.fromEntries(PASSED.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]]))),
    TableName,
    ...(globals && { GlobalSecondaryIndexes: globals }),
    ...(throughput !== undefined && { ProvisionedThroughput: throughputOf(throughput) }),
    ...(protection !== undefined && { DeletionProtectionEnabled: protection }),
    ...(streamOf(from) && { StreamSpecification: streamOf(from) }),
    ...(encryptionOf(from["SSESpecification"]) && {
      SSESpecification: { ...(from["SSESpecification"] as object), Enabled: true },
    }),
  };
};

const ttlOf = (from: Properties): string | undefined => {
  const specification = from["TimeToLiveSpecification"];
  if (!isRecord(specification) || asBoolean(specification["Enabled"]) !== true) return undefined;
  const attribute = specification["AttributeName"];
  if (typeof attribute === "string" && attribute !== "") return attribute;
  throw new AwsError("ValidationError", 400, "TimeToLiveSpecification.AttributeName is missing");
};

const recoveryOf = (from: Properties): Readonly<Record<string, unknown>> => {
  const specification = from["PointInTimeRecoverySpecification"];
  if (!isRecord(specification)) return { PointInTimeRecoveryEnabled: false };
  return {
    PointInTimeRecoveryEnabled: asBoolean(specification["PointInTimeRecoveryEnabled"]) === true,
    RecoveryPeriodInDays: asNumber(specification["RecoveryPeriodInDays"]),
  };
};

/** What UpdateTable must be told; another view is another stream. */
const streamUpdates = ({ stream }: TableState, from: Properties): readonly Properties[] => {
  const wanted = streamOf(from);
  const view = stream?.enabled === true ? stream.view : undefined;
  if (view === wanted?.["StreamViewType"]) return [];
  return [...(view === undefined ? [] : [{ StreamEnabled: false }]), ...(wanted === undefined ? [] : [wanted])];
};

const NESTED: Readonly<Record<string, readonly string[]>> = {
  TimeToLiveSpecification: ["AttributeName", "Enabled"],
  PointInTimeRecoverySpecification: ["PointInTimeRecoveryEnabled", "RecoveryPeriodInDays"],
  SSESpecification: ["SSEEnabled", "SSEType", "KMSMasterKeyId"],
};

const check = (from: Properties): void => {
  for (const [name, known] of Object.entries(NESTED)) {
    const value = from[name];
    const unknown = isRecord(value) ? Object.keys(value).find((member) => !known.includes(member)) : undefined;
    if (unknown !== undefined) throw unsupported(`AWS::DynamoDB::Table ${name}.${unknown}`);
  }
  ttlOf(from);
  defineTable(toInput(from, typeof from["TableName"] === "string" ? from["TableName"] : "unnamed"), "us-east-1", 0);
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
  check,
  create: (from, { region, generateName }) => {
    const name = typeof from["TableName"] === "string" ? from["TableName"] : generateName(NAME_LENGTH);
    const input = toInput(from, name);
    let state = createTable(tables, defineTable(input, region, clock.now()), input["StreamSpecification"]);
    const attribute = ttlOf(from);
    if (recoveryOf(from)["PointInTimeRecoveryEnabled"] === true) state = setRecovery(tables, state, recoveryOf(from));
    if (attribute !== undefined) timeToLive.set(name, attribute);
    return Promise.resolve(createdFrom(state));
  },
  update: (physicalId, from) => {
    const old = tables.get(physicalId);
    const input = toInput(from, physicalId);
    const wanted = defineTable(input, "us-east-1", clock.now());
    const throughput = input["ProvisionedThroughput"] as Throughput | undefined;
    updateTable(
      tables,
      {
        TableName: physicalId,
        AttributeDefinitions: wanted.schema.AttributeDefinitions,
        BillingMode: wanted.billingMode,
        ...(throughput !== undefined && { ProvisionedThroughput: throughput }),
        GlobalSecondaryIndexUpdates: indexUpdates(old, wanted.schema.GlobalSecondaryIndexes ?? []),
        DeletionProtectionEnabled: wanted.deletionProtection,
        TableClass: wanted.tableClass ?? "STANDARD",
        ...(wanted.encryption && { SSESpecification: input["SSESpecification"] }),
      },
      clock.now(),
    );
    for (const StreamSpecification of streamUpdates(old, from)) {
      updateTable(tables, { TableName: physicalId, StreamSpecification }, clock.now());
    }
    const state = setRecovery(tables, { ...tables.get(physicalId), tags: wanted.tags }, recoveryOf(from));
    if (ttlOf(from) !== old.ttlAttribute) timeToLive.set(physicalId, ttlOf(from));
    return Promise.resolve(createdFrom(state));
  },
  remove: (physicalId) => {
    if (tables.find(physicalId) !== undefined) deleteTable(tables, physicalId);
    return Promise.resolve();
  },
});
