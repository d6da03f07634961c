// The Range header: one byte range. Malformed and multiple ranges are ignored, as S3 does.
import { s3Error } from "./errors.ts";

/** First and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Undefined: send everything. Throws InvalidRange (416) for a range beyond the object. */
export const parseRange = (header: string | undefined, sizeBytes: number): ByteRange | undefined => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  const [, from = "", to = ""] = match ?? [];
  if (match === null || (from === "" && to === "")) return undefined;
  const suffix = from === "";
  if (!suffix && to !== "" && Number(to) < Number(from)) return undefined;
  const first = suffix ? Math.max(sizeBytes - Number(to), 0) : Number(from);
  const last = suffix || to === "" ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (first > last) throw s3Error("InvalidRange", { RangeRequested: header, ActualObjectSize: sizeBytes });
  return { first, last };
};
