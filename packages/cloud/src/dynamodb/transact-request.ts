// The parameters of TransactWriteItems and TransactGetItems, checked as DynamoDB checks them before it runs anything.
import { hash } from "node:crypto";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import type { Input } from "../gateway/service.ts";
import { check, checkItem, checkKey, itemKey, type Checked } from "./engine.ts";
import { wantsOldItem } from "./item-actions.ts";
import { itemBytes, type Item } from "./item.ts";
import { MAX_TRANSACTION_BYTES, MAX_TRANSACTION_ITEMS } from "./limits.ts";
import { invalid } from "./table-definition.ts";
import type { Tables } from "./tables.ts";

export type Kind = "Put" | "Update" | "Delete" | "ConditionCheck" | "Get";

/** One element of a transaction, ready to run. */
export interface Part {
  readonly kind: Kind;
  readonly table: string;
  readonly data: Checked;
  readonly returnsOld: boolean;
  /** Key of the item in the store, or why the element cannot have one. */
  readonly key: string | AwsError;
}

const CONDITION = ["ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"];
const WRITE = ["TableName", ...CONDITION, "ReturnValuesOnConditionCheckFailure"];
const MEMBERS: Record<Kind, { engine: "putItem" | "updateItem" | "deleteItem" | "getItem"; members: string[] }> = {
  Put: { engine: "putItem", members: [...WRITE, "Item"] },
  Update: { engine: "updateItem", members: [...WRITE, "Key", "UpdateExpression"] },
  Delete: { engine: "deleteItem", members: [...WRITE, "Key"] },
  ConditionCheck: { engine: "deleteItem", members: [...WRITE, "Key"] },
  Get: { engine: "getItem", members: ["TableName", "Key", "ProjectionExpression", "ExpressionAttributeNames"] },
};

const missing = (path: string): AwsError =>
  invalid(`1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`);

const required: Partial<Record<Kind, string>> = {
  Update: "UpdateExpression",
  ConditionCheck: "ConditionExpression",
};

const asError = (fn: () => void): AwsError | undefined => {
  try {
    fn();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  return undefined;
};

const readPart = (tables: Tables, element: Input, index: number, kinds: readonly Kind[]): Part => {
  const given = Object.keys(element).filter((name) => element[name] !== null && element[name] !== undefined);
  const [kind] = kinds.filter((one) => given.includes(one));
  if (kind === undefined || given.length !== 1) {
    const allowed = kinds.length > 1 ? "Check, Put, Update or Delete" : "Get";
    throw invalid(`TransactItems can only contain one of ${allowed}`);
  }
  const input = element[kind] as Input; // its members are checked next
  const { engine, members } = MEMBERS[kind];
  const unknown = Object.keys(input).find((name) => !members.includes(name));
  if (unknown !== undefined) throw unsupported(`The parameter TransactItems[].${kind}.${unknown}`);
  const need = required[kind];
  if (need !== undefined && input[need] === undefined) {
    const member = need.charAt(0).toLowerCase() + need.slice(1);
    throw missing(`transactItems.${index + 1}.member.${kind.charAt(0).toLowerCase()}${kind.slice(1)}.${member}`);
  }
  const returnsOld = kind !== "Get" && wantsOldItem(input);
  const data = check(engine, input, ["ReturnValuesOnConditionCheckFailure"]);
  const table = String(data["TableName"]);
  const schema = tables.find(table)?.schema;
  if (schema === undefined) throw new AwsError("ResourceNotFoundException", 400, "Requested resource not found");
  const whole = data[kind === "Put" ? "Item" : "Key"] as Item; // checked by the engine
  const fault = asError(() => (kind === "Put" ? checkItem(whole, schema) : checkKey(whole, schema)));
  return { kind, table, data, returnsOld, key: fault ?? itemKey(whole, schema) };
};

const refuseDuplicates = (parts: readonly Part[]): void => {
  const paths = parts.flatMap(({ table, key }) => (typeof key === "string" ? [`${table}/${key}`] : []));
  if (new Set(paths).size < paths.length) {
    throw invalid("Transaction request cannot include multiple operations on one item");
  }
};

/** The elements of a transaction; throws what DynamoDB answers without cancellation reasons. */
export const readParts = (tables: Tables, input: Input, kinds: readonly Kind[]): readonly Part[] => {
  const elements = input["TransactItems"];
  if (!Array.isArray(elements)) throw missing("transactItems");
  if (elements.length === 0 || elements.length > MAX_TRANSACTION_ITEMS) {
    const bound =
      elements.length === 0 ? "greater than or equal to 1" : `less than or equal to ${MAX_TRANSACTION_ITEMS}`;
    throw invalid(
      `1 validation error detected: Value '[${elements.length} items]' at 'transactItems' failed to satisfy ` +
        `constraint: Member must have length ${bound}`,
    );
  }
  const parts = elements.map((element: unknown, index) => readPart(tables, (element ?? {}) as Input, index, kinds));
  refuseDuplicates(parts);
  const bytes = parts.reduce((sum, { data }) => sum + itemBytes((data["Item"] ?? data["Key"]) as Item), 0);
  if (bytes > MAX_TRANSACTION_BYTES) throw invalid("Transaction request exceeds the size limit of 4 MB"); // (u) the words
  return parts;
};

/** Equal for requests that say the same in the same words: a retry repeats them. */
export const fingerprint = (input: Input): string => hash("sha256", JSON.stringify(input["TransactItems"]), "base64");
