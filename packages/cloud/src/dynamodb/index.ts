// DynamoDB: dynalite's expressions and validations over SQLite, with transactions, TTL and indexes of our own.
import type { Ground } from "../ports.ts";
import type { Service } from "../gateway/service.ts";
import { either } from "../protocols/either.ts";
import { jsonProtocol } from "../protocols/json.ts";
import { createBill } from "./capacity.ts";
import { itemActions } from "./item-actions.ts";
import { createLocks } from "./locks.ts";
import { dynamoNeeds } from "./needs.ts";
import { withParameters } from "./parameters.ts";
import { queryActions } from "./query-actions.ts";
import { tableType } from "./resources.ts";
import { streamActions } from "./stream-actions.ts";
import type { StreamReader } from "./streams.ts";
import { tableActions } from "./table-actions.ts";
import { createTables } from "./tables.ts";
import { createTimeToLive } from "./time-to-live.ts";
import { createTokens } from "./tokens.ts";
import { transactionActions } from "./transactions.ts";

export interface DynamoDb {
  readonly service: Service;
  /** For event source mappings. */
  readonly streams: StreamReader;
}

export interface DynamoDbOptions {
  /** Shards of each new stream, 1 to 8; a partition key's records are all in one. */
  readonly streamShards?: number;
}

const tables10 = jsonProtocol({ version: "1.0", prefix: "DynamoDB_20120810" });
const streams10 = jsonProtocol({ version: "1.0", prefix: "DynamoDBStreams_20120810" });

/** Both APIs are signed for "dynamodb". */
const protocol = either(
  ({ headers }) => (headers["x-amz-target"]?.startsWith("DynamoDBStreams_") ? streams10 : tables10),
  tables10,
);

/** The DynamoDB of one cloud. */
export const createDynamoDb = (ground: Ground, { streamShards }: DynamoDbOptions = {}): DynamoDb => {
  const tables = createTables(ground, streamShards);
  const locks = createLocks();
  const bill = createBill(ground.meter);
  const timeToLive = createTimeToLive(tables, ground);
  timeToLive.arm();
  tables.streams.start();
  return {
    streams: tables.streams,
    service: {
      name: "dynamodb",
      protocol,
      actions: {
        ...streamActions(tables.streams, ground.clock),
        ...withParameters({
          ...itemActions(tables, locks, bill),
          ...queryActions(tables, locks, bill),
          ...transactionActions(tables, { locks, bill, tokens: createTokens(ground) }),
          ...tableActions(tables, ground.clock),
          ...timeToLive.actions,
        }),
      },
      needs: dynamoNeeds(tables),
      types: { "AWS::DynamoDB::Table": tableType(tables, timeToLive, ground.clock) },
    },
  };
};
