// The extended text records after the binary header: how many there are, declared or by their own words.
import { finding, type Finding } from "../document/findings.ts";
import { HEAD_BYTES, TEXT_BYTES } from "./binary-header.ts";
import type { Reading } from "./candidates.ts";
import type { ReadAt } from "./read-at.ts";
import { decodeRecord, isEndText, printableShare, stanzaOf } from "./text-header.ts";

export const MOST_TEXT_RECORDS = 1000;

const isTextRecord = (record: Uint8Array): boolean =>
  printableShare(record) > 0.7 || stanzaOf(decodeRecord(record).text) !== null;

/** Of so many records those from the first on that hold text; those beyond the bytes at hand are believed. */
export const textRecordsIn = (head: Uint8Array, most: number): number => {
  for (let record = 0; record < most; record++) {
    const start = HEAD_BYTES + record * TEXT_BYTES;
    if (start + TEXT_BYTES > head.length) return most;
    if (!isTextRecord(head.subarray(start, start + TEXT_BYTES))) return record;
  }
  return most;
};

/** Extended text records up to `((SEG: EndText))`; undefined without one. */
const recordsToEndText = async (source: ReadAt, head: Uint8Array): Promise<number | undefined> => {
  for (let record = 0; record < MOST_TEXT_RECORDS; record++) {
    const start = HEAD_BYTES + record * TEXT_BYTES;
    const end = start + TEXT_BYTES;
    if (end > source.sizeBytes) return undefined;
    const bytes = end <= head.length ? head.subarray(start, end) : await source.read(start, end);
    if (isEndText(bytes)) return record + 1;
    if (!isTextRecord(bytes)) return undefined;
  }
  return undefined;
};

export interface Records {
  readonly counts: readonly number[];
  readonly findings: readonly Finding[];
  readonly pastEnd: boolean;
}

/** The numbers of records to try, the declared one first. */
export const textRecords = async ({ binary }: Reading, source: ReadAt, head: Uint8Array): Promise<Records> => {
  const declared = binary["extendedTextRecords"] ?? 0;
  if (declared === -1) {
    const found = await recordsToEndText(source, head);
    if (found !== undefined) return { counts: [found], findings: [], pastEnd: false };
    const message = "extended text records are announced without a number (-1), and none of them is ((SEG: EndText))";
    const missing = finding("ext-text-end-missing", "binary 3505", message);
    return { counts: [0, 1, 2, 3, 4, 5, 6, 7, 8], findings: [missing], pastEnd: false };
  }
  const plausible = declared > 0 && declared <= MOST_TEXT_RECORDS;
  const pastEnd = declared > 0 && HEAD_BYTES + declared * TEXT_BYTES > source.sizeBytes;
  const texts = plausible ? textRecordsIn(head, declared) : 0;
  return { counts: [...new Set(plausible && !pastEnd ? [declared, texts, 0] : [texts, 0])], findings: [], pastEnd };
};
