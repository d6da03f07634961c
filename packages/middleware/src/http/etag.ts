// Entity tags, and the versions that they stand for.
import { commonError } from "../errors/app-error.ts";
import { etagMismatch } from "../errors/makers.ts";
import { inGroup, type Caller } from "./caller.ts";

/** The strong tag of a version: `"v7"`. */
export const etagOf = (version: number): string => `"v${version}"`;

const TAGS = /\s*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)/y;

/** Whether `If-None-Match` names this tag (weak comparison, RFC 9110 13.1.2); a malformed header names nothing. */
export const matchesEtag = (header: string | undefined, etag: string): boolean => {
  if (header === undefined) return false;
  if (header.trim() === "*") return true;
  const opaque = etag.replace(/^W\//, "");
  TAGS.lastIndex = 0;
  for (let tag = TAGS.exec(header); tag; tag = TAGS.exec(header)) {
    if (`"${tag[2] ?? ""}"` === opaque) return true;
    if (TAGS.lastIndex >= header.length) break;
  }
  return false;
};

/**
 * The version that `If-Match` names, for the condition of the one write. Absent is 428, malformed 400, weak or foreign
 * 412. `*` is for the group admin and gives undefined: any version.
 */
export const expectedVersion = (
  headers: Readonly<Record<string, string | undefined>>,
  caller: Caller = { kind: "anonymous" },
): number | undefined => {
  const header = headers["if-match"]?.trim();
  if (header === undefined || (header === "*" && !inGroup(caller, "admin"))) {
    throw commonError("if-match-required", "Send If-Match with the ETag of the resource");
  }
  if (header === "*") return undefined;
  const tag = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/.exec(header);
  if (!tag) throw commonError("invalid-header", "If-Match must be one strong tag");
  const version = /^v(\d{1,15})$/.exec(tag[2] ?? "")?.[1];
  if (tag[1] || version === undefined) throw etagMismatch();
  return Number(version);
};
