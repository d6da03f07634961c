// An event may reach a function as it is, or wrapped by what carried it: SNS, SQS, SNS in SQS, or the record of a
// failure destination, which holds the original event under `requestPayload`.

/** One thing to work on, and the SQS message that carried it, if any. */
export interface Carried {
  readonly payload: unknown;
  readonly messageId?: string;
  /** For FIFO queues: what follows a failed message of its group must fail too. */
  readonly groupId?: string;
}

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

const parsed = (text: unknown): unknown => (typeof text === "string" ? JSON.parse(text) : text);

const opened = (value: unknown): unknown => {
  if (!isFields(value)) return value;
  if (value["Type"] === "Notification") return opened(parsed(value["Message"]));
  return "requestPayload" in value && "requestContext" in value ? opened(value["requestPayload"]) : value;
};

const fromSqs = (record: Fields): Carried => {
  const { messageId, attributes } = record;
  const groupId = isFields(attributes) ? attributes["MessageGroupId"] : undefined;
  return {
    payload: opened(parsed(record["body"])),
    ...(typeof messageId === "string" ? { messageId } : {}),
    ...(typeof groupId === "string" ? { groupId } : {}),
  };
};

/** SQS messages as they are, to be opened one at a time, so that one that is not JSON fails alone. */
export const sqsRecords = (event: unknown): readonly Fields[] | undefined => {
  const records = isFields(event) ? event["Records"] : undefined;
  if (!Array.isArray(records)) return undefined;
  const sqs = records.filter((record): record is Fields => isFields(record) && record["eventSource"] === "aws:sqs");
  return sqs.length && sqs.length === records.length ? sqs : undefined;
};

/** The event inside: of an SQS message, of SNS records, of a failure destination's record, or the event itself. */
export const openSqs = (record: Fields): Carried => fromSqs(record);

/** What a direct or SNS event holds. */
export const openDirect = (event: unknown): readonly Carried[] => {
  const records = isFields(event) ? event["Records"] : undefined;
  if (!Array.isArray(records)) return [{ payload: opened(event) }];
  const sns = records.flatMap((record) => (isFields(record) && isFields(record["Sns"]) ? [record["Sns"]] : []));
  return sns.length ? sns.map((each) => ({ payload: opened(parsed(each["Message"])) })) : [{ payload: event }];
};
