// Creating and changing tables: the rules, for the API and CloudFormation alike.
import { TABLE_SETTINGS, textOf } from "./parameters.ts";
import { randomUUID } from "node:crypto";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import { ACCOUNT, type Input } from "../gateway/service.ts";
import { check } from "./engine.ts";
import {
  indexesOf,
  type Index,
  type StreamView,
  type TableSchema,
  type TableState,
  type Throughput,
} from "./schema.ts";

export const invalid = (message: string): AwsError => new AwsError("ValidationException", 400, message);

export const NO_THROUGHPUT: Throughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

export const tableArn = (region: string, name: string): string => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${name}`;

const VIEWS = ["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"];

/** What a StreamSpecification asks for; undefined for none. The words of its errors are (u). */
export const readStream = (specification: unknown): StreamView | "off" | undefined => {
  if (specification === undefined || specification === null) return undefined;
  const { StreamEnabled, StreamViewType: view, ...rest } = specification as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw unsupported(`StreamSpecification.${unknown}`);
  if (typeof StreamEnabled !== "boolean") throw invalid("StreamSpecification needs StreamEnabled");
  const given = view !== undefined && view !== null;
  if (given !== StreamEnabled) {
    const rule = StreamEnabled ? "must be specified when StreamEnabled is true" : "may be specified only with a stream";
    throw invalid(`One or more parameter values were invalid: StreamViewType ${rule}`);
  }
  if (!given) return "off";
  if (typeof view === "string" && VIEWS.includes(view)) return view as StreamView; // just looked up
  throw invalid(
    `1 validation error detected: Value '${textOf(view)}' at 'streamSpecification.streamViewType' failed to satisfy ` +
      `constraint: Member must satisfy enum value set: [${VIEWS.join(", ")}]`,
  );
};

export const encryptionOf = (specification: unknown): TableState["encryption"] => {
  if (typeof specification !== "object" || specification === null) return undefined;
  const { Enabled, SSEEnabled, SSEType, KMSMasterKeyId } = specification as Readonly<Record<string, unknown>>;
  if ((Enabled ?? SSEEnabled) !== true) return undefined;
  return { SSEType: SSEType ?? "KMS", ...(KMSMasterKeyId !== undefined && { KMSMasterKeyArn: KMSMasterKeyId }) };
};

export const checkTableClass = (tableClass: unknown): string | undefined => {
  if (tableClass === undefined || tableClass === null) return undefined;
  if (tableClass === "STANDARD" || tableClass === "STANDARD_INFREQUENT_ACCESS") return tableClass;
  throw invalid(
    `1 validation error detected: Value '${textOf(tableClass)}' at 'tableClass' failed to satisfy constraint: ` +
      "Member must satisfy enum value set: [STANDARD, STANDARD_INFREQUENT_ACCESS]",
  );
};

const refuseUnusedDefinitions = (schema: TableSchema): void => {
  const used = new Set(
    [schema, ...indexesOf(schema)].flatMap(({ KeySchema }) => KeySchema.map((k) => k.AttributeName)),
  );
  const defined = schema.AttributeDefinitions.map(({ AttributeName }) => AttributeName);
  if (defined.every((name) => used.has(name))) return;
  throw invalid(
    "One or more parameter values were invalid: Some AttributeDefinitions are not used. " +
      `AttributeDefinitions: [${defined.join(", ")}], keys used: [${[...used].join(", ")}]`,
  );
};

/** The table that CreateTable's parameters describe; throws what AWS would answer. */
export const defineTable = (input: Input, region: string, now: number): TableState => {
  readStream(input["StreamSpecification"]);
  const data = check("createTable", input, TABLE_SETTINGS);
  const TableName = String(data["TableName"]);
  const schema = {
    TableName,
    KeySchema: data["KeySchema"],
    AttributeDefinitions: data["AttributeDefinitions"],
    ...(data["GlobalSecondaryIndexes"] !== undefined && { GlobalSecondaryIndexes: data["GlobalSecondaryIndexes"] }),
    ...(data["LocalSecondaryIndexes"] !== undefined && { LocalSecondaryIndexes: data["LocalSecondaryIndexes"] }),
  } as TableSchema; // dynalite has just checked all of it
  refuseUnusedDefinitions(schema);
  const tableClass = checkTableClass(input["TableClass"]);
  const encryption = encryptionOf(input["SSESpecification"]);
  return {
    schema,
    arn: tableArn(region, TableName),
    id: randomUUID(),
    createdAt: now,
    billingMode: data["BillingMode"] === "PAY_PER_REQUEST" ? "PAY_PER_REQUEST" : "PROVISIONED",
    throughput: (data["ProvisionedThroughput"] as Throughput | undefined) ?? NO_THROUGHPUT,
    deletionProtection: input["DeletionProtectionEnabled"] === true,
    ...(tableClass !== undefined && { tableClass }),
    ...(encryption !== undefined && { encryption }),
  };
};

/** Checks a changed table by the rules for a new one. */
export const checkDefinition = ({ schema, billingMode, throughput }: TableState): void => {
  const { GlobalSecondaryIndexes: globals, ...rest } = schema;
  const onDemand = billingMode === "PAY_PER_REQUEST";
  const trimmed = globals?.map(({ ProvisionedThroughput, ...index }): Index => {
    return onDemand || ProvisionedThroughput === undefined ? index : { ...index, ProvisionedThroughput };
  });
  check("createTable", {
    ...rest,
    ...(trimmed !== undefined && trimmed.length > 0 && { GlobalSecondaryIndexes: trimmed }),
    BillingMode: billingMode,
    ...(!onDemand && { ProvisionedThroughput: throughput }),
  });
  refuseUnusedDefinitions(schema);
};
