// Receipt handles: which message of which queue, and which receive of it.
import { randomBytes } from "node:crypto";
import { sqsError } from "./errors.ts";
import type { Delivery } from "./queue.ts";
import type { OpenQueue } from "./queues.ts";

const RECEIPT_BYTES = 12;

export const newReceipt = (): string => randomBytes(RECEIPT_BYTES).toString("hex");

export const handleOf = ({ key, receipt }: Delivery): string =>
  Buffer.from(JSON.stringify([key, receipt]), "utf8").toString("base64");

const invalidHandle = (handle: string): Error =>
  sqsError("ReceiptHandleIsInvalid", `The input receipt handle "${handle}" is not a valid receipt handle.`);

/** What a handle of this queue means; throws ReceiptHandleIsInvalid for anything that we did not make. */
export const readHandle = (queue: OpenQueue, handle: string): Required<Pick<Delivery, "key" | "receipt">> => {
  try {
    const value: unknown = JSON.parse(Buffer.from(handle, "base64").toString("utf8"));
    if (Array.isArray(value)) {
      const [key, receipt] = value as unknown[];
      if (typeof key === "string" && typeof receipt === "string" && key.startsWith(`${queue.state.name}/`)) {
        return { key, receipt };
      }
    }
  } catch {
    // Not JSON: not a handle, said below.
  }
  throw invalidHandle(handle);
};
