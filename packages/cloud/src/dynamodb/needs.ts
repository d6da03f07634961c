// What IAM must allow for each request: AWS's actions on tables and indexes, with their condition keys.
import { textOf } from "./parameters.ts";
import type { Call, Input, Need } from "../gateway/service.ts";
import type { Item } from "./item.ts";
import { streamArnOf } from "./stream-actions.ts";
import { tableArn } from "./table-definition.ts";
import type { Tables } from "./tables.ts";

const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
  Get: "GetItem",
};
const WORDS = new Set(
  (
    "SET REMOVE ADD DELETE AND OR NOT IN BETWEEN if_not_exists list_append attribute_exists attribute_not_exists " +
    "attribute_type begins_with contains size"
  ).split(" "),
);
const EXPRESSIONS = [
  "ProjectionExpression",
  "ConditionExpression",
  "FilterExpression",
  "KeyConditionExpression",
  "UpdateExpression",
];

/** Top-level attributes that an expression names: not function names, values (":v") or what follows a dot. */
const namesIn = (expression: unknown, names: Readonly<Record<string, string>>): readonly string[] =>
  [...textOf(expression).matchAll(/(?<![\w.#:])#?[A-Za-z_]\w*/g)]
    .map(([word]) => word)
    .filter((word) => !WORDS.has(word) && !WORDS.has(word.toUpperCase()))
    .map((word) => names[word] ?? word);

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const attributesOf = (input: Input): readonly string[] => {
  const names = objectOf(input["ExpressionAttributeNames"]) as Readonly<Record<string, string>>;
  const listed = Array.isArray(input["AttributesToGet"]) ? input["AttributesToGet"].map(textOf) : [];
  const maps = ["Item", "Key", "AttributeUpdates", "Expected", "KeyConditions"];
  const members = maps.flatMap((member) => Object.keys(objectOf(input[member])));
  return [...new Set([...listed, ...members, ...EXPRESSIONS.flatMap((one) => namesIn(input[one], names))])];
};

const scalar = (value: unknown): string | undefined => {
  const [content] = Object.values(objectOf(value));
  return typeof content === "string" ? content : undefined;
};

/** The value that a key condition demands of the partition key. */
const queriedKey = (input: Input, hash: string): string | undefined => {
  const legacy = objectOf(objectOf(objectOf(input["KeyConditions"])[hash])["AttributeValueList"])[0];
  if (legacy !== undefined) return scalar(legacy);
  const names = objectOf(input["ExpressionAttributeNames"]);
  for (const [, name = "", value = ""] of textOf(input["KeyConditionExpression"]).matchAll(/(#?\w+)\s*=\s*(:\w+)/g)) {
    if ((names[name] ?? name) === hash) return scalar(objectOf(input["ExpressionAttributeValues"])[value]);
  }
  return undefined;
};

const hashOf = (tables: Tables, input: Input): string => {
  const schema = tables.find(String(input["TableName"]))?.schema;
  const index = schema?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === input["IndexName"]);
  return (index ?? schema)?.KeySchema[0]?.AttributeName ?? "";
};

const contextOf = (tables: Tables, input: Input): NonNullable<Need["context"]> => {
  const hash = hashOf(tables, input);
  const item = objectOf(input["Item"] ?? input["Key"]) as Item;
  const leading = scalar(item[hash]) ?? queriedKey(input, hash);
  return {
    "dynamodb:Attributes": attributesOf(input),
    ...(leading !== undefined && { "dynamodb:LeadingKeys": [leading] }),
    ...(typeof input["Select"] === "string" && { "dynamodb:Select": input["Select"] }),
    ...(typeof input["ReturnValues"] === "string" && { "dynamodb:ReturnValues": input["ReturnValues"] }),
  };
};

const batchNeeds = (tables: Tables, action: string, input: Input, region: string): readonly Need[] =>
  Object.entries(objectOf(input["RequestItems"])).map(([TableName, request]) => {
    const wanted = objectOf(request);
    const listed = Array.isArray(request) ? request : wanted["Keys"];
    const elements = (Array.isArray(listed) ? listed : []).map((element: unknown) => {
      const { PutRequest, DeleteRequest } = objectOf(element);
      if (PutRequest !== undefined) return { TableName, Item: objectOf(PutRequest)["Item"] };
      return { ...wanted, TableName, Key: DeleteRequest === undefined ? element : objectOf(DeleteRequest)["Key"] };
    });
    const contexts = elements.map((element) => contextOf(tables, element));
    const together = (key: string): readonly string[] => [
      ...new Set(contexts.flatMap((context) => context[key] ?? [])),
    ];
    return {
      action: `dynamodb:${action}`,
      resource: tableArn(region, TableName),
      context: {
        "dynamodb:LeadingKeys": together("dynamodb:LeadingKeys"),
        "dynamodb:Attributes": together("dynamodb:Attributes"),
      },
    };
  });

const transactionNeeds = (tables: Tables, input: Input, region: string): readonly Need[] =>
  (Array.isArray(input["TransactItems"]) ? input["TransactItems"] : []).flatMap((element: unknown) =>
    Object.entries(objectOf(element)).map(([kind, one]) => ({
      action: `dynamodb:${TRANSACTION_ACTIONS[kind] ?? kind}`,
      resource: tableArn(region, String(objectOf(one)["TableName"])),
      context: contextOf(tables, objectOf(one)),
    })),
  );

const ON_ITEMS = new Set(["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"]);

const ON_STREAMS = new Set(["DescribeStream", "GetShardIterator", "GetRecords"]);

/** The table's own text where there is one: the request log keeps it for every request. */
const arnOf = (tables: Tables, region: string, name: string): string => {
  const arn = tables.find(name)?.arn;
  return arn?.startsWith(`arn:aws:dynamodb:${region}:`) === true ? arn : tableArn(region, name);
};

/** What IAM must allow for a DynamoDB call. */
export const dynamoNeeds =
  (tables: Tables) =>
  ({ action, input, region }: Pick<Call, "action" | "input" | "region">): readonly Need[] => {
    if (action.startsWith("Batch")) return batchNeeds(tables, action, input, region);
    if (action.startsWith("Transact")) return transactionNeeds(tables, input, region);
    if (action === "ListTables") return [{ action: "dynamodb:ListTables", resource: "*" }];
    if (action === "ListStreams") {
      const of = input["TableName"];
      const resource = typeof of === "string" ? `${tableArn(region, of)}/stream/*` : "*";
      return [{ action: "dynamodb:ListStreams", resource }];
    }
    if (ON_STREAMS.has(action)) return [{ action: `dynamodb:${action}`, resource: streamArnOf(input) }];
    const arn = input["ResourceArn"];
    const table = typeof arn === "string" ? arn : arnOf(tables, region, String(input["TableName"]));
    const index = input["IndexName"];
    const resource = typeof index === "string" ? `${table}/index/${index}` : table;
    if (!ON_ITEMS.has(action)) return [{ action: `dynamodb:${action}`, resource }];
    return [
      {
        action: `dynamodb:${action}`,
        resource,
        // Not made for every request, of whose way it would be the largest part. No getter either: each would have a
        // hidden class of its own, and all that handles it would be slow.
        makeContext: () => contextOf(tables, input),
      },
    ];
  };
