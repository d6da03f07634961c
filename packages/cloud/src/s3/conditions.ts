// Conditional requests (RFC 9110, section 13) as S3 answers them.
import { s3Error } from "./errors.ts";
import type { Headers } from "./headers.ts";
import type { StoredObject } from "./model.ts";

const matches = (list: string, etag: string): boolean =>
  list.split(",").some((entry) => {
    const tag = entry.trim().replace(/^W\//, "").replaceAll('"', "");
    return tag === "*" || tag === etag;
  });

/** HTTP dates have seconds only. */
const seconds = (ms: number): number => Math.floor(ms / 1000);

const since = (header: string | undefined): number | undefined => {
  const ms = Date.parse(header ?? "");
  return Number.isNaN(ms) ? undefined : seconds(ms);
};

interface Judged {
  readonly verdict: "proceed" | "not-modified" | "failed";
  readonly condition?: string;
}

const judge = (headers: Headers, prefix: string, { etag, lastModified }: StoredObject): Judged => {
  const get = (name: string): string | undefined => headers[`${prefix}${name}`];
  const modified = seconds(lastModified);
  const ifMatch = get("if-match");
  const unmodifiedSince = ifMatch === undefined ? since(get("if-unmodified-since")) : undefined;
  if (ifMatch !== undefined && !matches(ifMatch, etag)) return { verdict: "failed", condition: "If-Match" };
  if (unmodifiedSince !== undefined && modified > unmodifiedSince)
    return { verdict: "failed", condition: "If-Unmodified-Since" };
  const ifNoneMatch = get("if-none-match");
  const modifiedSince = ifNoneMatch === undefined ? since(get("if-modified-since")) : undefined;
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, etag))
    return { verdict: "not-modified", condition: "If-None-Match" };
  if (modifiedSince !== undefined && modified <= modifiedSince)
    return { verdict: "not-modified", condition: "If-Modified-Since" };
  return { verdict: "proceed" };
};

/** For GET and HEAD: true when the answer is 304; throws PreconditionFailed. */
export const isNotModified = (headers: Headers, object: StoredObject): boolean => {
  const { verdict, condition } = judge(headers, "", object);
  if (verdict === "failed") throw s3Error("PreconditionFailed", { Condition: condition });
  return verdict === "not-modified";
};

/** For copies: every condition on the source that does not hold is a 412. */
export const checkSourceConditions = (headers: Headers, source: StoredObject): void => {
  const { verdict, condition } = judge(headers, "x-amz-copy-source-", source);
  if (verdict !== "proceed") throw s3Error("PreconditionFailed", { Condition: `x-amz-copy-source-${condition}` });
};

/** For puts, completes and deletes, against what is stored now; `*` stands for any object. */
export const checkWriteConditions = (headers: Headers, key: string, existing: StoredObject | undefined): void => {
  const ifNoneMatch = headers["if-none-match"];
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== "*")
    throw s3Error("NotImplemented", { Header: "If-None-Match" });
  if (ifNoneMatch !== undefined && existing !== undefined)
    throw s3Error("PreconditionFailed", { Condition: "If-None-Match" });
  const ifMatch = headers["if-match"];
  if (ifMatch === undefined) return;
  if (existing === undefined) throw s3Error("NoSuchKey", { Key: key });
  if (!matches(ifMatch, existing.etag)) throw s3Error("PreconditionFailed", { Condition: "If-Match" });
};

/** Whether a Range counts: `If-Range` names the entity it was meant for. */
export const rangeApplies = (headers: Headers, { etag, lastModified }: StoredObject): boolean => {
  const ifRange = headers["if-range"];
  if (ifRange === undefined) return true;
  return ifRange.startsWith('"') ? matches(ifRange, etag) : since(ifRange) === seconds(lastModified);
};
