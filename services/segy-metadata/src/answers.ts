// What the HTTP API says of a file.
import { accepted, ok, plain, redirect, type Reply } from "@warmstart/middleware";
import { fail } from "./errors.ts";
import { documentOf, getRecord, type FileRecords, type FindDocument } from "./files.ts";
import { toGeoJson } from "./document/geojson.ts";
import type { Metadata } from "./document/metadata.ts";

const RETRY_SECONDS = 5;
const fresh = { headers: { "cache-control": "private, no-cache" } };

/** The document. While there will be another one, and when a run failed, that and the one that there is. */
export const answerFile = async (records: FileRecords, find: FindDocument, id: string): Promise<Reply> => {
  const { status, summary, problem } = await getRecord(records, id);
  const isAtWork = status === "pending" || status === "scanning";
  if (isAtWork || problem) {
    const body = { id, status, problem, document: summary && (await documentOf(find, id)) };
    return isAtWork ? accepted(body, { headers: { "retry-after": `${RETRY_SECONDS}` } }) : ok(body, fresh);
  }
  const found = await find(id);
  if ("url" in found) return redirect(found.url, { status: 303 });
  return plain(found.text, "application/json", { ...fresh, etag: found.etag });
};

/** All text records, one after another. */
export const answerText = ({ text }: Metadata): Reply => {
  const lines = [...(text?.lines ?? []), ...(text?.records ?? []).flatMap((record) => record.lines)];
  return plain(lines.map((line) => `${line}\n`).join(""), "text/plain; charset=utf-8", fresh);
};

export const answerGeoJson = (document: Metadata, crs: string | undefined): Reply => {
  const map = toGeoJson(document, crs);
  if ("problem" in map) throw fail(map.problem, map.detail);
  return plain(JSON.stringify(map), "application/geo+json", fresh);
};
