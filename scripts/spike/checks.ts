// What must hold after a spike: every file has its document, the right one and always the same, and nothing lies aside.
import { createHash } from "node:crypto";
import type { InvocationSummary } from "./replay.ts";
import { headSha256, type SpikeFile } from "./files.ts";
import { inParallel } from "./in-parallel.ts";
import { getDocument, type Queue, type Target } from "./target.ts";

export interface Check {
  readonly what: string;
  readonly holds: boolean;
  /** What was found; of what is wrong, the first few. */
  readonly found: string;
}

const SHOWN = 5;

export const check = (what: string, wrong: readonly string[], right: string): Check => ({
  what,
  holds: wrong.length === 0,
  found:
    wrong.length === 0
      ? right
      : `${wrong.length} wrong: ${wrong.slice(0, SHOWN).join("; ")}${wrong.length > SHOWN ? "; …" : ""}`,
});

export interface ReadDocument {
  readonly status: number;
  readonly etag: string;
  readonly sha256: string;
  readonly json: unknown;
}

const AT_ONCE = 16;

export const readDocuments = (target: Target, files: readonly SpikeFile[]): Promise<readonly ReadDocument[]> =>
  inParallel(files, AT_ONCE, async ({ id }) => {
    const { status, headers, body, json } = await getDocument(target, id);
    return { status, etag: headers["etag"] ?? "", sha256: createHash("sha256").update(body).digest("hex"), json };
  });

/** Of a document, as much as shows that it is this file's. */
interface Document {
  readonly id?: string;
  readonly status?: string;
  readonly source?: { readonly key?: string; readonly sizeBytes?: number; readonly headSha256?: string };
  readonly format?: { readonly traces?: number } | null;
}

const differences = ({ key, id, sizeBytes, expected, bytes }: SpikeFile, json: unknown): readonly string[] => {
  const { source = {}, format, ...document } = (json ?? {}) as Document; // the document's schema
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["id", document.id, id],
    ["status", document.status, expected.status],
    ["key", source.key, key],
    ["size", source.sizeBytes, sizeBytes],
    ...(expected.traces === null ? [] : [["traces", format?.traces, expected.traces] as const]),
    ...(sizeBytes < 3_600 ? [] : [["head", source.headSha256, headSha256(bytes())] as const]),
  ];
  return pairs.flatMap(([name, came, wanted]) =>
    came === wanted ? [] : [`${key}: ${name} is ${String(came)}, not ${String(wanted)}`],
  );
};

export const nothingLost = (files: readonly SpikeFile[], documents: readonly ReadDocument[]): Check => {
  const missing = files.filter((_, index) => documents[index]?.status !== 200);
  return check("every file has its document", missing.map(({ key, id }) => `${key} (${id})`), `${files.length} of ${files.length} read`); // prettier-ignore
};

export const allRight = (files: readonly SpikeFile[], documents: readonly ReadDocument[]): Check => {
  const wrong = files.flatMap((file, index) => {
    const read = documents[index];
    return read?.status === 200 ? differences(file, read.json) : [];
  });
  const read = files.filter((_, index) => documents[index]?.status === 200);
  const rejected = read.filter(({ expected }) => expected.status === "rejected").length;
  return check("every document is right", wrong, `${read.length - rejected} described, ${rejected} rejected as they should`); // prettier-ignore
};

export const asMany = (before: number, after: number, files: number): Check =>
  check(
    "as many documents as files",
    after - before === files ? [] : [`${after - before} new documents in the bucket for ${files} files`],
    `${after - before} new objects in the bucket`,
  );

/** Keys of the files whose documents are not what they were. */
const changedKeys = (
  files: readonly SpikeFile[],
  [first, again]: readonly [readonly ReadDocument[], readonly ReadDocument[]],
): readonly string[] =>
  files.flatMap(({ key }, index) => {
    const [a, b] = [first[index], again[index]];
    return a?.status === 200 && (a.etag !== b?.etag || a.sha256 !== b.sha256) ? [key] : [];
  });

/** Some documents, before and after their files were read anew. */
export const sameAnew = (
  files: readonly SpikeFile[],
  documents: readonly [readonly ReadDocument[], readonly ReadDocument[]],
  refused: readonly string[],
): Check => check("read anew, the same bytes", [...refused, ...changedKeys(files, documents)], `${files.length} files`); // prettier-ignore

export const sameAgain = (
  files: readonly SpikeFile[],
  documents: readonly [readonly ReadDocument[], readonly ReadDocument[]],
  redelivered: number,
): Check => {
  const wrong = [
    ...(redelivered < files.length ? [`only ${redelivered} of ${files.length} events were there to be delivered again`] : []), // prettier-ignore
    ...changedKeys(files, documents),
  ];
  return check("delivered again, the same bytes", wrong, `${redelivered} events again, every ETag and SHA-256 as before`); // prettier-ignore
};

const total = ({ depth, inFlight, delayed }: Queue): number => depth + inFlight + delayed;

/** A message that failed is hidden for the queue's visibility time-out: nobody waits for it here. */
export const nothingWaits = (after: readonly Queue[]): Check => {
  const waiting = after.filter((queue) => queue.deadLetterQueueOf.length === 0 && total(queue) > 0);
  return check("nothing waits in a queue", waiting.map((queue) => `${total(queue)} in ${queue.name}, ${queue.inFlight} of them hidden`), "0"); // prettier-ignore
};

export const noDeadLetters = (before: readonly Queue[], after: readonly Queue[]): Check => {
  const grown = after.flatMap((queue) => {
    if (queue.deadLetterQueueOf.length === 0) return [];
    const earlier = before.find(({ name }) => name === queue.name);
    const more = total(queue) - (earlier === undefined ? 0 : total(earlier));
    return more > 0 ? [`${more} in ${queue.name}`] : [];
  });
  return check("no dead letters", grown, "0");
};

export const allDrawn = (drawn: readonly { readonly id: string }[], kept: readonly InvocationSummary[], isWhole: boolean): Check => {
  const ids = new Set(drawn.map(({ id }) => id));
  const missed = kept.filter(({ id }) => !ids.has(id)).map(({ id }) => `invocation ${id}`);
  const lost = isWhole ? missed : ["the feed ended early", ...missed];
  return check("the graph shows every invocation", lost, `${kept.length} in the cloud's own records`);
}; // prettier-ignore
