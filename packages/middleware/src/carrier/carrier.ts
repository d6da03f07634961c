// An event may reach a function as it is, or wrapped by what carried it: SNS, SQS, SNS in SQS, EventBridge in any of
// them, or the record of a failure destination, which holds the original event under `requestPayload`.

/** One thing to work on, and the SQS message that carried it, if any. */
export interface Carried {
  readonly payload: unknown;
  /** Of the call that began it all, if the sender passed it on (`correlationAttributes`). */
  readonly correlationId?: string;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

const parsed = (text: unknown): unknown => (typeof text === "string" ? JSON.parse(text) : text);

const ATTRIBUTE = "correlationId";

/** As SDK clients of SQS and SNS take it: whatever a message causes then logs the same `correlation_id`. */
export const correlationAttributes = ({ correlationId }: { readonly correlationId: string }) =>
  ({ [ATTRIBUTE]: { DataType: "String", StringValue: correlationId } }) as const;

const textOf = (value: unknown, name: string): string | undefined => {
  const text = isFields(value) ? value[name] : undefined;
  return typeof text === "string" && text ? text : undefined;
};

/** `stringValue` in an SQS event, `Value` in an SNS event and in the envelope that SNS puts into a queue. */
const correlationIn = (attributes: unknown, valueName: "stringValue" | "Value"): string | undefined =>
  isFields(attributes) ? textOf(attributes[ATTRIBUTE], valueName) : undefined;

const carried = (payload: unknown, correlationId: string | undefined): Carried =>
  correlationId === undefined ? { payload } : { payload, correlationId };

/** What is inside; an outer correlation id goes before an inner one. */
const open = (value: unknown, correlationId?: string): Carried => {
  if (!isFields(value)) return carried(value, correlationId);
  if (value["Type"] === "Notification")
    return open(parsed(value["Message"]), correlationId ?? correlationIn(value["MessageAttributes"], "Value"));
  if ("requestPayload" in value && "requestContext" in value) return open(value["requestPayload"], correlationId);
  if (isBusEvent(value)) return carried(value["detail"], correlationId ?? textOf(value["detail"], ATTRIBUTE));
  return carried(value, correlationId);
};

/** Whether it is the envelope of EventBridge. */
export const isBusEvent = (value: unknown): value is Fields =>
  isFields(value) &&
  typeof value["detail-type"] === "string" &&
  typeof value["source"] === "string" &&
  "detail" in value;

/** EventBridge has no attributes: a detail carries the id itself, if its sender put it there; else the event's own id. */
export const correlationOfBus = (event: unknown): string | undefined =>
  isBusEvent(event) ? (textOf(event["detail"], ATTRIBUTE) ?? textOf(event, "id")) : undefined;

const recordsOf = (event: unknown): readonly unknown[] | undefined => {
  const records = isFields(event) ? event["Records"] : undefined;
  return Array.isArray(records) ? records : undefined;
};

/** The records of an event if it has some and all are of this source: `aws:sqs`, `aws:dynamodb`. */
export const recordsFrom = (source: string, event: unknown): readonly Fields[] | undefined => {
  const records = recordsOf(event);
  const own = records?.filter((record): record is Fields => isFields(record) && record["eventSource"] === source);
  return own?.length && own.length === records?.length ? own : undefined;
};

/** The event inside an SQS message, to be opened one at a time, so that one that is not JSON fails alone. */
export const openSqs = (record: Fields): Carried =>
  open(parsed(record["body"]), correlationIn(record["messageAttributes"], "stringValue"));

/** The SNS messages of an event that SNS sent; none of any other. */
export const snsMessages = (event: unknown): readonly Fields[] =>
  (recordsOf(event) ?? []).flatMap((record) => (isFields(record) && isFields(record["Sns"]) ? [record["Sns"]] : []));

export const openSns = (sns: Fields): Carried =>
  open(parsed(sns["Message"]), correlationIn(sns["MessageAttributes"], "Value"));

/** What a direct or SNS event holds. */
export const openDirect = (event: unknown): readonly Carried[] => {
  if (!recordsOf(event)) return [open(event)];
  const sns = snsMessages(event);
  return sns.length ? sns.map(openSns) : [{ payload: event }];
};
