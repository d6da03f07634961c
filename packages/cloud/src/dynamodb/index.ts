// DynamoDB: dynalite's expressions and validations over SQLite, with transactions, TTL and indexes of our own.
import type { Ground } from "../ports.ts";
import type { Service } from "../gateway/service.ts";
import { jsonProtocol } from "../protocols/json.ts";
import { continuousBackupActions } from "./continuous-backups.ts";
import { itemActions } from "./item-actions.ts";
import { createLocks } from "./locks.ts";
import { dynamoNeeds } from "./needs.ts";
import { queryActions } from "./query-actions.ts";
import { tableType } from "./resources.ts";
import { tableActions } from "./table-actions.ts";
import { createTables } from "./tables.ts";
import { createTimeToLive } from "./time-to-live.ts";
import { createTokens } from "./tokens.ts";
import { transactionActions } from "./transactions.ts";

export interface DynamoDb {
  readonly service: Service;
}

/** The DynamoDB of one cloud. */
export const createDynamoDb = (ground: Ground): DynamoDb => {
  const tables = createTables(ground);
  const locks = createLocks();
  const timeToLive = createTimeToLive(tables, ground);
  timeToLive.arm();
  return {
    service: {
      name: "dynamodb",
      protocol: jsonProtocol({ version: "1.0", prefix: "DynamoDB_20120810" }),
      actions: {
        ...itemActions(tables, locks),
        ...queryActions(tables, locks),
        ...transactionActions(tables, locks, createTokens(ground)),
        ...tableActions(tables, ground.clock),
        ...timeToLive.actions,
        ...continuousBackupActions(tables, ground.clock),
      },
      needs: dynamoNeeds(tables),
      types: { "AWS::DynamoDB::Table": tableType(tables, timeToLive, ground.clock) },
    },
  };
};
