// A file of the incoming bucket: its id, what is known of it, and the run that works on it.
import { createHash } from "node:crypto";
import { notFound, type CreatedObject } from "@warmstart/middleware";
import * as v from "valibot";
import { fail } from "./errors.ts";
import { worstOf } from "./document/findings.ts";
import type { Metadata } from "./document/metadata.ts";

export const UPLOAD_PREFIX = "uploads/";

const STATUSES = ["pending", "scanning", "ready", "rejected", "failed", "superseded"] as const;
export type Status = (typeof STATUSES)[number];

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const ID_LENGTH = 26;

/** Base32 (RFC 4648, lower case) of the SHA-256 of `bucket/key`, cut: known before the object is there. */
export const fileId = (bucket: string, key: string): string => {
  const hash = BigInt(`0x${createHash("sha256").update(`${bucket}/${key}`).digest("hex")}`);
  return Array.from({ length: ID_LENGTH }, (_, at) => ALPHABET[Number((hash >> BigInt(251 - 5 * at)) & 31n)]).join("");
};

/** S3's sequencers are hexadecimal; the shorter of two counts as if zeros followed. Padded, they compare as text. */
export const padded = (sequencer: string): string => sequencer.toUpperCase().padEnd(32, "0");

export const PageQuery = v.strictObject({
  status: v.optional(v.picklist(STATUSES)),
  limit: v.optional(v.pipe(v.string(), v.regex(/^([1-9]\d?|100)$/, "must be a whole number from 1 to 100"))),
  cursor: v.optional(v.string()),
});

export const MapQuery = v.strictObject({
  crs: v.optional(v.pipe(v.string(), v.regex(/^(none|EPSG:\d{4,6})$/, "must be none or EPSG:<code>"))),
});

export const FilePath = v.strictObject({ id: v.pipe(v.string(), v.regex(/^[a-z2-7]{26}$/)) });

const keyByte = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(237));

export const ScanRequest = v.strictObject({
  mode: v.picklist(["sampled", "exact"]),
  /** First bytes of the two fields that hold the line numbers, against what the service would find. */
  keys: v.optional(v.strictObject({ slow: keyByte, fast: keyByte })),
});
export type ScanRequest = v.InferOutput<typeof ScanRequest>;

/** One version of an object, as its event tells it. */
export type ObjectVersion = Omit<CreatedObject, "eventTime">;

/** One attempt to describe one version of a file. Of two, the one with the larger `sequencer`, then `scans`, is newer. */
export interface Run {
  readonly id: string;
  readonly sequencer: string;
  readonly scans: number;
}

export interface BegunRun extends Run {
  /** Null: as the size of the file has it. */
  readonly request: ScanRequest | null;
}

/** What is told of a file in a list. */
export interface Summary {
  readonly class: string;
  readonly traces: number;
  readonly confidence: string;
  readonly worst: string;
}

export interface Problem {
  readonly code: string;
  readonly detail: string;
}

/** `summary` belongs to the document and is absent until there is one of the newest version. */
export interface FileRecord {
  readonly id: string;
  readonly status: Status;
  readonly key: string;
  readonly sizeBytes: number;
  readonly createdAt: string;
  readonly summary?: Summary;
  readonly problem?: Problem;
}

export type RunEnd =
  | { readonly status: "ready" | "rejected"; readonly summary: Summary }
  | { readonly status: "failed" | "superseded"; readonly problem: Problem };

export interface RunRecords {
  /** `repeated`: this version has its document already. */
  begin(id: string, object: ObjectVersion): Promise<BegunRun | "repeated" | "superseded">;
  /** Numbers of all chunks of the run that are done, these included; undefined when it is not the newest any more. */
  chunksDone(run: Run, numbers: readonly number[]): Promise<number | undefined>;
  /** False when the run is not the newest any more. */
  end(run: Run, end: RunEnd): Promise<boolean>;
}

export interface FileRecords {
  expect(file: { id: string; bucket: string; key: string; sizeBytes: number; ttl: number }): Promise<void>;
  find(id: string): Promise<FileRecord | undefined>;
  /** Newest first; `after` and `next` are positions in that order. */
  page(query: {
    readonly limit: number;
    readonly status: Status | undefined;
    readonly after: string | undefined;
  }): Promise<{ readonly files: readonly FileRecord[]; readonly next: string | undefined }>;
  /** Marks a scan as wanted; the version that is to be scanned. Throws for a file that is unknown or at work. */
  requestScan(id: string, request: ScanRequest): Promise<ObjectVersion>;
}

/** The document as it is stored; a URL when it is too large for an answer of Lambda. */
interface StoredDocument {
  readonly text: string;
  readonly etag: string;
}

export type FindDocument = (id: string) => Promise<StoredDocument | { readonly url: string }>;

export const summaryOf = ({ geometry, format, confidence, findings }: Metadata): Summary => ({
  class: geometry?.class ?? "unknown",
  traces: format?.traces ?? 0,
  confidence,
  worst: worstOf(findings),
});

/** As the list shows it. */
export const listed = ({ summary, ...file }: FileRecord) => ({ ...file, ...summary });

export const getRecord = async (records: FileRecords, id: string): Promise<FileRecord> => {
  const record = await records.find(id);
  if (!record) throw notFound(`There is no file ${id}`);
  return record;
};

export const documentOf = async (find: FindDocument, id: string): Promise<Metadata> => {
  const found = await find(id);
  if ("url" in found)
    throw fail("not-ready", `The document of ${id} is too large for this; GET /files/${id} leads to it`);
  return JSON.parse(found.text) as Metadata; // as this service wrote it
};

/** The newest document of a file, also while a further scan of the same version is under way. */
export const getMetadata = async (records: FileRecords, find: FindDocument, id: string): Promise<Metadata> => {
  const { status, summary } = await getRecord(records, id);
  if (!summary) throw fail("not-ready", `The file ${id} is ${status} and has no document`);
  return documentOf(find, id);
};
