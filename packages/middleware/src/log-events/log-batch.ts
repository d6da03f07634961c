// What a subscription of CloudWatch Logs sends, unpacked.
import { gunzipSync } from "node:zlib";
import { isFields } from "../carrier/carrier.ts";

/** A batch unpacks to a few MB at most; a bomb ends here instead of filling the memory. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

export interface RawLogEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

export interface LogBatch {
  readonly logGroup: string;
  readonly logStream: string;
  readonly logEvents: readonly RawLogEvent[];
}

const rawEvents = (list: unknown): readonly RawLogEvent[] =>
  Array.isArray(list)
    ? list.map((each: unknown) => {
        if (!isFields(each)) throw new TypeError("A log event is not an object");
        return { id: String(each["id"]), timestamp: Number(each["timestamp"]), message: String(each["message"]) };
      })
    : [];

/** The batch in a subscription's event: base64 of gzip of JSON. Undefined for CloudWatch's own CONTROL_MESSAGE. */
export const readLogBatch = (payload: unknown): LogBatch | undefined => {
  const awslogs = isFields(payload) ? payload["awslogs"] : undefined;
  const data = isFields(awslogs) ? awslogs["data"] : undefined;
  if (typeof data !== "string") throw new TypeError("Not an event of a CloudWatch Logs subscription");
  const bytes = gunzipSync(Buffer.from(data, "base64"), { maxOutputLength: MAX_UNPACKED_BYTES });
  const batch: unknown = JSON.parse(bytes.toString("utf8"));
  if (!isFields(batch)) throw new TypeError("The subscription's data is not an object");
  if (batch["messageType"] !== "DATA_MESSAGE") return undefined;
  return {
    logGroup: String(batch["logGroup"]),
    logStream: String(batch["logStream"]),
    logEvents: rawEvents(batch["logEvents"]),
  };
};
