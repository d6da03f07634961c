// One change of an item as its stream keeps it, and as GetRecords and Lambda show it.
import { hash } from "node:crypto";
import { itemBytes, sameItem, type Item } from "./item.ts";
import type { StreamView, TableState } from "./schema.ts";

/** A record in the store. Shapes that differ by reader are made when it is read. */
export interface StreamRecord {
  /** Rising over all streams; its text sorts as its number does. */
  readonly sequence: string;
  /** Cloud ms. */
  readonly time: number;
  /** Equal for all records of one partition key. */
  readonly partition: number;
  readonly name: "INSERT" | "MODIFY" | "REMOVE";
  readonly keys: Item;
  readonly newImage?: Item;
  readonly oldImage?: Item;
  readonly bytes: number;
  /** Whether TTL deleted the item. */
  readonly expired?: true;
  /** Trace header of the request that changed the item. */
  readonly traceId?: string;
}

/** Why an item changed. */
export interface Cause {
  readonly traceId?: string | undefined;
  readonly expired?: boolean;
}

export interface Change {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

const VIEWS: Readonly<Record<StreamView, readonly ["after" | undefined, "before" | undefined]>> = {
  KEYS_ONLY: [undefined, undefined],
  NEW_IMAGE: ["after", undefined],
  OLD_IMAGE: [undefined, "before"],
  NEW_AND_OLD_IMAGES: ["after", "before"],
};

/** What a change leaves in a stream; undefined for one that changes nothing. */
export const recordOf = (
  { schema, stream }: TableState,
  change: Change,
  { traceId, expired = false }: Cause,
): Omit<StreamRecord, "sequence" | "time"> | undefined => {
  const { before, after } = change;
  const whole = after ?? before;
  if (whole === undefined || stream === undefined || sameItem(before, after)) return undefined;
  const keys = Object.fromEntries(schema.KeySchema.map(({ AttributeName: name }) => [name, whole[name] ?? {}]));
  const [newImage, oldImage] = VIEWS[stream.view].map((side) => side && change[side]);
  const hashKey = schema.KeySchema.find(({ KeyType }) => KeyType === "HASH")?.AttributeName ?? "";
  return {
    partition: hash("md5", JSON.stringify(whole[hashKey]), "buffer").readUInt32BE(),
    name: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
    keys,
    ...(newImage && { newImage }),
    ...(oldImage && { oldImage }),
    bytes: itemBytes(keys) + itemBytes(newImage ?? {}) + itemBytes(oldImage ?? {}),
    ...(expired && { expired }),
    ...(traceId !== undefined && { traceId }),
  };
};

const shown = (record: StreamRecord, arn: string, view: StreamView): object => ({
  eventID: hash("md5", `${arn}/${record.sequence}`),
  eventName: record.name,
  eventVersion: "1.1",
  eventSource: "aws:dynamodb",
  awsRegion: arn.split(":")[3],
  dynamodb: {
    ApproximateCreationDateTime: Math.floor(record.time / 1000),
    Keys: record.keys,
    ...(record.newImage && { NewImage: record.newImage }),
    ...(record.oldImage && { OldImage: record.oldImage }),
    SequenceNumber: record.sequence,
    SizeBytes: record.bytes,
    StreamViewType: view,
  },
});

const SERVICE = "dynamodb.amazonaws.com";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html */
export const toApiRecord = (record: StreamRecord, arn: string, view: StreamView): object => ({
  ...shown(record, arn, view),
  ...(record.expired && { userIdentity: { PrincipalId: SERVICE, Type: "Service" } }),
});

/** The record of Lambda's event, which spells the identity in lower case and names the stream. */
export const toEventRecord = (record: StreamRecord, arn: string, view: StreamView): object => ({
  ...shown(record, arn, view),
  ...(record.expired && { userIdentity: { principalId: SERVICE, type: "Service" } }),
  eventSourceARN: arn,
});
