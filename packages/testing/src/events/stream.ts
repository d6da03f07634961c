import type { AttributeValue, DynamoDBRecord, DynamoDBStreamEvent, StreamRecord } from "aws-lambda";
import { ACCOUNT, digest, EVENT_TIME, REGION } from "./deterministic.ts";
import { itemBytes, marshall } from "./marshall.ts";

/** A change of an item, in plain values: without `old` it was inserted, without `new` removed. */
export interface ItemChange {
  readonly old?: object;
  readonly new?: object;
  /** Removed by DynamoDB because its TTL had passed. */
  readonly expired?: boolean;
}

export interface StreamEventOptions {
  readonly table?: string;
  /** Names of the key attributes; default those of `pk` and `sk` that the item has. */
  readonly keys?: readonly string[];
  readonly view?: "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";
  readonly time?: number;
}

type Image = Record<string, AttributeValue>;

const nameOf = (change: ItemChange): "INSERT" | "MODIFY" | "REMOVE" => {
  if (change.new) return change.old ? "MODIFY" : "INSERT";
  if (change.old) return "REMOVE";
  throw new TypeError("A change has an old image, a new one, or both");
};

const keysIn = (image: Image, names: readonly string[] = ["pk", "sk"].filter((name) => name in image)): Image => {
  const entries = names.map((name) => [name, image[name]] as const);
  const missing = entries.find(([, value]) => value === undefined)?.[0] ?? (names.length === 0 ? "pk" : undefined);
  if (missing !== undefined)
    throw new TypeError(`The item lacks its key ${missing}; name the table's keys in \`keys\``);
  return Object.fromEntries(entries) as Image; // none is undefined
};

const imagesOf = (change: ItemChange, { keys, view = "NEW_AND_OLD_IMAGES" }: StreamEventOptions): StreamRecord => {
  const old = change.old && marshall(change.old);
  const image = change.new && marshall(change.new);
  const Keys = keysIn(image ?? old ?? {}, keys);
  const NewImage = view.startsWith("NEW") ? image : undefined;
  const OldImage = view.endsWith("OLD_IMAGES") || view === "OLD_IMAGE" ? old : undefined;
  const SizeBytes = itemBytes(Keys) + itemBytes(NewImage) + itemBytes(OldImage);
  return { Keys, ...(NewImage && { NewImage }), ...(OldImage && { OldImage }), SizeBytes, StreamViewType: view };
};

/** A batch of a table's stream: `streamEvent({ old, new })`, or several changes in their order. */
export const streamEvent = (
  changes: ItemChange | readonly ItemChange[],
  options: StreamEventOptions = {},
): DynamoDBStreamEvent => {
  const { table = "table", time = EVENT_TIME } = options;
  const eventSourceARN = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}/stream/2026-01-15T00:00:00.000`;
  const record = (change: ItemChange, index: number): DynamoDBRecord => {
    const eventName = nameOf(change);
    const images = imagesOf(change, options);
    return {
      eventID: digest([table, index, images]),
      eventName,
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: REGION,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(time / 1000),
        ...images,
        SequenceNumber: String(BigInt(time) * 1_000_000_000n + BigInt(index + 1)),
      },
      eventSourceARN,
      ...(change.expired && { userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" } }),
    };
  };
  return { Records: [changes].flat().map(record) };
};
