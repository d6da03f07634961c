// The one file that knows dynalite 4.0.0: its parameter types, validations and expression engine, over a store of ours.
import batchGetItem from "dynalite/actions/batchGetItem.js";
import batchWriteItem from "dynalite/actions/batchWriteItem.js";
import deleteItem from "dynalite/actions/deleteItem.js";
import getItem from "dynalite/actions/getItem.js";
import putItem from "dynalite/actions/putItem.js";
import query from "dynalite/actions/query.js";
import scan from "dynalite/actions/scan.js";
import updateItem from "dynalite/actions/updateItem.js";
import db from "dynalite/db/index.js";
import validations from "dynalite/validations/index.js";
import batchGetItemRules from "dynalite/validations/batchGetItem.js";
import batchWriteItemRules from "dynalite/validations/batchWriteItem.js";
import createTableRules from "dynalite/validations/createTable.js";
import deleteItemRules from "dynalite/validations/deleteItem.js";
import deleteTableRules from "dynalite/validations/deleteTable.js";
import getItemRules from "dynalite/validations/getItem.js";
import listTablesRules from "dynalite/validations/listTables.js";
import putItemRules from "dynalite/validations/putItem.js";
import queryRules from "dynalite/validations/query.js";
import scanRules from "dynalite/validations/scan.js";
import updateItemRules from "dynalite/validations/updateItem.js";
import updateTableRules from "dynalite/validations/updateTable.js";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import type { Input } from "../gateway/service.ts";
import { asUnreadable } from "../gateway/unreadable.ts";
import { isDeeper, type Item } from "./item.ts";
import { MAX_ITEM_BYTES, MAX_VALUE_LEVELS } from "./limits.ts";
import type { TableSchema } from "./schema.ts";

export type EngineStore = DynaliteStore;
export type EngineDb = DynaliteDb;
/** Parameters after dynalite's checks, with its parsed expressions beside them. */
export type Checked = Record<string, unknown>;
export type Output = Record<string, unknown>;

const actions = { batchGetItem, batchWriteItem, deleteItem, getItem, putItem, query, scan, updateItem };
const rules = {
  batchGetItem: batchGetItemRules,
  batchWriteItem: batchWriteItemRules,
  createTable: createTableRules,
  deleteItem: deleteItemRules,
  deleteTable: deleteTableRules,
  getItem: getItemRules,
  listTables: listTablesRules,
  putItem: putItemRules,
  query: queryRules,
  scan: scanRules,
  updateItem: updateItemRules,
  updateTable: updateTableRules,
};

/** Parameters that dynalite knows of an action. */
export const parametersOf = (action: keyof typeof rules): readonly string[] => Object.keys(rules[action].types);

export type EngineAction = keyof typeof actions;

/** dynalite's validations look only at the size limit. We check sizes ourselves, in UTF-8, which it does not. */
const options = { maxItemSize: MAX_ITEM_BYTES * 2 };
const storeForChecks = { options };

/** An error as dynalite makes it, `{ statusCode, body: { __type, message } }`, in ours. Anything else stays itself. */
const translate = (error: unknown): unknown => {
  if (!(error instanceof Error) || !("statusCode" in error) || !("body" in error)) return error;
  const { __type = "", message, Message } = error.body as Partial<Record<"__type" | "message" | "Message", string>>;
  return new AwsError(__type.slice(__type.indexOf("#") + 1), Number(error.statusCode), message ?? Message ?? "");
};

const fail = (error: unknown): void => {
  if (error !== null && error !== undefined) throw translate(error);
};

interface Rule {
  readonly type?: string;
  readonly children?: unknown;
}

const isMembers = (rule: unknown): rule is Readonly<Record<string, unknown>> =>
  typeof rule === "object" && rule !== null;

/** Refuses members that dynalite would drop silently. Attribute values are checked by dynalite itself. */
const refuseUnknown = (value: unknown, members: unknown, path: string): void => {
  if (!isMembers(members) || !isMembers(value) || Array.isArray(value)) return;
  for (const [name, child] of Object.entries(value)) {
    if (child === null) continue;
    if (!Object.hasOwn(members, name)) throw unsupported(`The parameter ${path}${name}`);
    const { type, children } = members[name] as Rule; // a rule, or its type's name, which has neither
    if (type === undefined || !isMembers(children)) continue;
    if (type.startsWith("FieldStruct")) refuseUnknown(child, children, `${path}${name}.`);
    if (!/^(List|Map)/.test(type) || typeof child !== "object") continue;
    for (const one of Object.values(child)) refuseUnknown(one, (children as Rule).children, `${path}${name}[].`);
  }
};

/** AWS's words, and its limit: 31 maps around a value pass, 32 do not (dynamodb-conformance, captured in eu-west-2). */
export const refuseDeep = (value: unknown, levelsAbove: number): void => {
  if (!isDeeper(value, levelsAbove + MAX_VALUE_LEVELS)) return;
  const message =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";
  throw new AwsError("ValidationException", 400, message);
};

/** Objects and lists of a request around a value: the request and `Item`, or all that a batch has before it. */
const levelsAbove = (action: string): number => (action === "batchWriteItem" ? 6 : 2);

/** Type checks and validations of an action, as dynalite's server runs them; throws the AwsError that AWS would answer. */
export const check = (action: keyof typeof rules, input: Input, extra: readonly string[] = []): Checked => {
  const { types, custom } = rules[action];
  const known =
    extra.length === 0 ? input : Object.fromEntries(Object.entries(input).filter(([k]) => !extra.includes(k)));
  try {
    refuseDeep(known, levelsAbove(action));
    refuseUnknown(known, types, "");
    const data = validations.checkTypes({ ...known }, types);
    validations.checkValidations(data, types, custom, storeForChecks);
    return data;
  } catch (error) {
    throw asUnreadable("dynamodb", translate(error)); // dynalite stumbles over null in a list
  }
};

/** Runs an action that our store lets finish in one turn: all but Query and Scan. */
export const performNow = (
  action: Exclude<EngineAction, "query" | "scan">,
  store: EngineStore,
  data: Checked,
): Output => {
  let outcome: { error: unknown; result: Output } | undefined;
  actions[action](store, data, (error, result = {}) => {
    outcome = { error, result };
  });
  if (outcome === undefined) throw new Error(`dynalite's ${action} did not finish in one turn`);
  fail(outcome.error);
  return outcome.result;
};

/** Runs a Query or Scan. */
export const performRead = (action: "query" | "scan", store: EngineStore, data: Checked): Promise<Output> =>
  new Promise((resolve, reject) => {
    actions[action](store, data, (error, result = {}) => {
      if (error) reject(translate(error));
      else resolve(result);
    });
  });

/** The key of an item, in the order in which DynamoDB would scan and query. The key must be valid. */
export const itemKey = (item: Item, table: TableSchema): string => db.createKey(item, table);

/** dynalite's key of an index entry. Its last part has 24 bits only: append the item's own key to tell entries apart. */
export const indexKey = (item: Item, table: TableSchema, keySchema: TableSchema["KeySchema"]): string =>
  db.createIndexKey(item, table, keySchema);

export const checkKey = (key: Item, table: TableSchema): void => fail(db.validateKey(key, table));

export const checkItem = (item: Item, table: TableSchema): void => fail(db.validateItem(item, table));

/** Throws ConditionalCheckFailedException when the checked ConditionExpression does not hold. */
export const checkCondition = (data: Checked, item: Item | undefined): void => fail(db.checkConditional(data, item));

export const engineOptions = options;
