// The parameters of requests: which each action honours, and reading those that dynalite does not check for us.
import { unsupported } from "../gateway/aws-error.ts";
import type { Action, Call } from "../gateway/service.ts";
import { parametersOf } from "./engine.ts";

/** The text of a parameter; anything else than a string counts as missing. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const ON_FAILURE = "ReturnValuesOnConditionCheckFailure";
/** Of CreateTable and UpdateTable, besides what dynalite knows. */
export const TABLE_SETTINGS = ["SSESpecification", "TableClass", "DeletionProtectionEnabled", "StreamSpecification"];

const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  GetItem: parametersOf("getItem"),
  PutItem: [...parametersOf("putItem"), ON_FAILURE],
  UpdateItem: [...parametersOf("updateItem"), ON_FAILURE],
  DeleteItem: [...parametersOf("deleteItem"), ON_FAILURE],
  Query: parametersOf("query"),
  Scan: parametersOf("scan"),
  BatchGetItem: parametersOf("batchGetItem"),
  BatchWriteItem: parametersOf("batchWriteItem"),
  TransactWriteItems: ["TransactItems", "ClientRequestToken", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"],
  TransactGetItems: ["TransactItems", "ReturnConsumedCapacity"],
  CreateTable: [...parametersOf("createTable"), ...TABLE_SETTINGS],
  UpdateTable: [...parametersOf("updateTable"), "AttributeDefinitions", ...TABLE_SETTINGS],
  DeleteTable: ["TableName"],
  DescribeTable: ["TableName"],
  ListTables: parametersOf("listTables"),
  UpdateTimeToLive: ["TableName", "TimeToLiveSpecification"],
  DescribeTimeToLive: ["TableName"],
};

const honouring = (name: string, act: Action): Action => {
  const parameters = [...new Set(PARAMETERS[name])];
  const known = new Set(parameters);
  const run = (call: Call): unknown => {
    for (const parameter in call.input) {
      if (!known.has(parameter) && call.input[parameter] !== null) throw unsupported(`The parameter ${parameter}`);
    }
    return act(call);
  };
  return Object.assign(run, { parameters });
};

/** The actions with their parameters; all others are refused by name. */
export const withParameters = (actions: Readonly<Record<string, Action>>): Readonly<Record<string, Action>> =>
  Object.fromEntries(Object.entries(actions).map(([name, act]) => [name, honouring(name, act)]));
