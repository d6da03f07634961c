// What a table is, apart from its items.

export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: "HASH" | "RANGE";
}

export interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

export interface Index {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: {
    readonly ProjectionType?: "ALL" | "KEYS_ONLY" | "INCLUDE";
    readonly NonKeyAttributes?: readonly string[];
  };
  readonly ProvisionedThroughput?: Throughput;
}

/** The part of a table that reading and writing items needs, in AWS's own words. */
export interface TableSchema {
  readonly TableName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: "S" | "N" | "B" }[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
}

export type StreamView = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

/** A table as it is stored. */
export interface TableState {
  readonly schema: TableSchema;
  readonly arn: string;
  readonly id: string;
  /** Milliseconds. */
  readonly createdAt: number;
  readonly billingMode: "PROVISIONED" | "PAY_PER_REQUEST";
  readonly onDemandSince?: number;
  readonly throughput: Throughput;
  /** The attribute that holds an item's expiry; absent while TTL is disabled. */
  readonly ttlAttribute?: string;
  readonly deletionProtection: boolean;
  readonly tableClass?: string;
  readonly encryption?: Readonly<Record<string, unknown>>;
  /** Its newest stream, which may have ended. */
  readonly stream?: {
    readonly arn: string;
    readonly label: string;
    readonly view: StreamView;
    readonly enabled: boolean;
  };
}

export const indexesOf = (schema: TableSchema): readonly Index[] => [
  ...(schema.GlobalSecondaryIndexes ?? []),
  ...(schema.LocalSecondaryIndexes ?? []),
];
