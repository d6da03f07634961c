// SQS's query protocol, as older SDKs and curl speak it: lists are flattened, `Attribute.1.Name=…` in, `<Attribute>` out.
import type { AwsRequest, Input, Protocol } from "../gateway/service.ts";
import { escapeXml, queryXml } from "../protocols/query-xml.ts";
import { queryErrorCode } from "./errors.ts";
import { textOf } from "./parameters.ts";

const NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/";

/** Members of the JSON protocol by what the query protocol calls them. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: "AttributeNames",
  MessageAttributeName: "MessageAttributeNames",
  MessageSystemAttributeName: "MessageSystemAttributeNames",
  SendMessageBatchRequestEntry: "Entries",
  DeleteMessageBatchRequestEntry: "Entries",
  ChangeMessageVisibilityBatchRequestEntry: "Entries",
};
const MAPS: Readonly<Record<string, string>> = {
  Attribute: "Attributes",
  MessageAttribute: "MessageAttributes",
  MessageSystemAttribute: "MessageSystemAttributes",
};
const NUMBERS = new Set([
  "DelaySeconds",
  "MaxNumberOfMessages",
  "MaxNumberOfMessagesPerSecond",
  "MaxResults",
  "VisibilityTimeout",
  "WaitTimeSeconds",
]);

const isObject = (value: unknown): value is Input =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const toMap = (value: unknown): Input =>
  Object.fromEntries(
    listOf(value)
      .filter(isObject)
      .map((entry) => [textOf(entry["Name"]), entry["Value"]]),
  );

const fromQuery = (input: Input): Input =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const map = MAPS[name];
      if (map !== undefined && Object.hasOwn(MAPS, name)) return [map, toMap(value)];
      const list = LISTS[name];
      if (list === undefined || !Object.hasOwn(LISTS, name)) {
        return [name, NUMBERS.has(name) && /^-?\d{1,15}$/.test(textOf(value)) ? Number(value) : value];
      }
      return [list, listOf(value).map((entry) => (isObject(entry) ? fromQuery(entry) : entry))];
    }),
  );

/** Members of an answer that are flattened: each element by this name. */
const FLAT: Readonly<Record<string, string>> = {
  QueueUrls: "QueueUrl",
  Messages: "Message",
  Results: "ListMessageMoveTasksResultEntry",
  Failed: "BatchResultErrorEntry",
};
const FLAT_MAPS: Readonly<Record<string, string>> = {
  Attributes: "Attribute",
  MessageAttributes: "MessageAttribute",
};

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

const toXml = (action: string, value: unknown): string => {
  if (!isObject(value)) return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => {
      const map = FLAT_MAPS[name];
      if (map !== undefined && isObject(member)) {
        const entries = Object.entries(member);
        return entries.map(([key, each]) => element(map, element("Name", escapeXml(key)) + element("Value", toXml(action, each)))).join(""); // prettier-ignore
      }
      if (!Array.isArray(member)) return element(name, toXml(action, member));
      const each = name === "Successful" ? `${action}ResultEntry` : (FLAT[name] ?? name);
      return member.map((one) => element(each, toXml(action, one))).join("");
    })
    .join("");
};

/** Actions whose answer has no result element. */
const isEmpty = (output: unknown): boolean => !isObject(output) || Object.keys(output).length === 0;

const base = queryXml(NAMESPACE);

/** The queue may also be named by the path alone: `POST /000000000000/jobs`. */
const pathUrl = ({ path }: AwsRequest): Input => (/^\/\d{12}\/./.test(path) ? { QueueUrl: path } : {});

export const sqsQuery: Protocol = {
  decode: async (request) => {
    const { action, input } = await base.decode(request);
    return { action, input: { ...pathUrl(request), ...fromQuery(input) } };
  },
  encode: (call, output) => {
    const { action, requestId } = call;
    const result = isEmpty(output) ? "" : element(`${action}Result`, toXml(action, output));
    return {
      ...base.encode(call, undefined),
      body:
        `<${action}Response xmlns="${NAMESPACE}">${result}` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`,
    };
  },
  error: (error, about) => base.error({ ...error, code: queryErrorCode(error.code) }, about),
};
