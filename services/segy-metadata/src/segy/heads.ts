// The text of a file: header, extended records and the layout stanza that may be among them.
import { HEAD_BYTES, TEXT_BYTES } from "./binary-header.ts";
import type { Candidate } from "./candidates.ts";
import type { Field } from "./field.ts";
import { finding, type Finding } from "../document/findings.ts";
import { readLayoutStanza } from "./layout-stanza.ts";
import type { Text } from "../document/metadata.ts";
import type { ReadAt } from "./read-at.ts";
import { decodeRecord, isStanza, linesOf, stanzaOf } from "./text-header.ts";
import { hintsOf } from "./text-hints.ts";
import { EXTENSION_1, TRACE_HEADER } from "./trace-header.ts";

export const NO_TEXT: Text = { encoding: "blank", blank: true, lines: [], records: [], hints: [] };

export interface Heads {
  readonly text: Text;
  /** Of a trace header: the standard's, or where the stanza puts them. */
  readonly fields: readonly Field[];
  /** The stanza has said where the fields are. */
  readonly mapped: boolean;
  readonly findings: readonly Finding[];
}

interface Record {
  readonly stanza: string | null;
  readonly encoding: Text["encoding"];
  readonly bytes: [number, number];
  readonly text: string;
}

/** The text header and all extended records, decoded one by one. */
export const readRecords = async (source: ReadAt, head: Uint8Array, count: number): Promise<readonly Record[]> => {
  const end = HEAD_BYTES + count * TEXT_BYTES;
  const bytes = end <= head.length ? head : await source.read(0, Math.min(end, source.sizeBytes));
  const starts = [0, ...Array.from({ length: count }, (_, at) => HEAD_BYTES + at * TEXT_BYTES)];
  return starts.map((start) => {
    const { encoding, text } = decodeRecord(bytes.subarray(start, start + TEXT_BYTES));
    return { stanza: start === 0 ? null : stanzaOf(text), encoding, bytes: [start, start + TEXT_BYTES], text };
  });
};

/** A stanza's text goes on in the records after it, until the next one starts. */
const stanzaText = (records: readonly Record[], name: string): string | undefined => {
  const from = records.findIndex(({ stanza }) => isStanza(stanza, name));
  if (from < 0) return undefined;
  const after = records.slice(from + 1);
  const next = after.findIndex(({ stanza }) => stanza !== null);
  return [records[from], ...(next < 0 ? after : after.slice(0, next))].map((record) => record?.text ?? "").join("");
};

const standardFields = ({ traceHeaders, reading }: Candidate): readonly Field[] => {
  const extended = traceHeaders > 1 && (reading?.revision.effective ?? 0) >= 2;
  return extended ? [...TRACE_HEADER, ...EXTENSION_1] : TRACE_HEADER;
};

/** Text and fields of a file with this layout. Never throws for what is in the bytes. */
export const readHeads = async (source: ReadAt, head: Uint8Array, layout: Candidate): Promise<Heads> => {
  const standard = standardFields(layout);
  if (layout.container === "su") return { text: NO_TEXT, fields: standard, mapped: false, findings: [] };
  const records = await readRecords(source, head, layout.textRecords);
  const lines = linesOf(records[0]?.text ?? "");
  const blank = records[0]?.encoding === "blank";
  const encodings = new Set(
    records
      .map(({ encoding }) => (encoding === "ascii" ? "ascii" : "ebcdic"))
      .filter((_, at) => records[at]?.encoding !== "blank"),
  );
  const stanza = stanzaText(records, "SEG:Layout");
  const read = stanza === undefined ? undefined : readLayoutStanza(stanza);
  const findings = [
    ...(blank ? [finding("text-blank", "text header", "the text header is blank")] : []),
    ...(encodings.size > 1
      ? [finding("text-mixed-encodings", "text records", "some text records are ASCII, some EBCDIC")]
      : []),
    ...(read && "problem" in read
      ? [finding("layout-stanza-invalid", "text records", `the layout stanza is not used: ${read.problem}`)]
      : []),
  ];
  const usable = read && "fields" in read ? read.fields.filter(({ header }) => header < layout.traceHeaders) : standard;
  const text: Text = {
    encoding: records[0]?.encoding ?? "blank",
    blank,
    lines,
    records: records
      .slice(1)
      .map(({ stanza: name, encoding, bytes, text }) => ({ stanza: name, encoding, bytes, lines: linesOf(text) })),
    hints: hintsOf(lines),
  };
  return {
    text,
    fields: usable.length > 0 ? usable : standard,
    mapped: usable !== standard && usable.length > 0,
    findings,
  };
};
