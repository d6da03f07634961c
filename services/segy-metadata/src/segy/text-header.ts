// Text records of 3200 bytes: the textual file header, extended ones, trailers. Each decides alone how it is encoded.
import { decodeEbcdic, type CodePage } from "./ebcdic.ts";
import type { TextEncoding } from "../document/metadata.ts";

export const TEXT_RECORD_BYTES = 3200;
const LINES = 40;
const COLUMNS = 80;
const STANZA_CHARACTERS = 400;

const ascii = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

const tableOf = (decode: (byte: Uint8Array) => string): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => (/^[ -~]$/.test(decode(Uint8Array.of(byte))) ? 1 : 0));

const PRINTS_IN_ASCII = tableOf(ascii);
const PRINTS_IN_EBCDIC = tableOf((byte) => decodeEbcdic(byte, "037"));

const countIn = (bytes: Uint8Array, prints: Uint8Array): number => {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) count += prints[bytes[at] ?? 0] ?? 0; // for…of is slow until it is compiled
  return count;
};

/** Share (0 to 1) of the bytes that print, in ASCII or EBCDIC, whichever is more: near 1 for text, 0.4 for noise. */
export const printableShare = (bytes: Uint8Array): number =>
  Math.max(countIn(bytes, PRINTS_IN_ASCII), countIn(bytes, PRINTS_IN_EBCDIC)) / Math.max(1, bytes.length);

/** Name of the stanza that a text record starts with, `((name))`, as it is written there; null without one. */
export const stanzaOf = (text: string): string | null => {
  const start = text.slice(0, STANZA_CHARACTERS).trimStart();
  const end = start.indexOf("))");
  const name = start.startsWith("((") && end > 0 ? start.slice(2, end).trim() : "";
  return name === "" ? null : name;
};

const normal = (name: string): string => name.replaceAll(/\s/g, "").toLowerCase();

/** True for the name itself and the name with more after a colon; capitals and spaces do not count. */
export const isStanza = (stanza: string | null, name: string): boolean =>
  stanza !== null && `${normal(stanza)}:`.startsWith(`${normal(name)}:`);

const stanzaIn = (bytes: Uint8Array): { encoding: "ascii" | "ebcdic"; stanza: string } | undefined => {
  const start = bytes.subarray(0, STANZA_CHARACTERS);
  const inAscii = stanzaOf(ascii(start));
  if (inAscii !== null) return { encoding: "ascii", stanza: inAscii };
  const inEbcdic = stanzaOf(decodeEbcdic(start, "037"));
  return inEbcdic === null ? undefined : { encoding: "ebcdic", stanza: inEbcdic };
};

/** True for the record that ends a sequence of unknown length: `((SEG: EndText))` in ASCII or EBCDIC. */
export const isEndText = (record: Uint8Array): boolean => isStanza(stanzaIn(record)?.stanza ?? null, "SEG:EndText");

/** A stanza tells; else the encoding in which more bytes print; else the first byte, which is a C. */
const isEbcdic = (bytes: Uint8Array): boolean => {
  const encoding = stanzaIn(bytes)?.encoding;
  if (encoding) return encoding === "ebcdic";
  const more = countIn(bytes, PRINTS_IN_EBCDIC) - countIn(bytes, PRINTS_IN_ASCII);
  return more === 0 ? bytes[0] !== 0x43 : more > 0;
};

const countOf = (text: string, characters: RegExp): number => text.match(characters)?.length ?? 0;

/** Characters that no header uses, and brackets without a partner. */
const oddities = (text: string): number =>
  countOf(text, /[¢¬Ý¨]/g) + Math.abs(countOf(text, /\[/g) - countOf(text, /\]/g));

const inLikeliestPage = (bytes: Uint8Array): { encoding: TextEncoding; text: string } => {
  const pages: readonly CodePage[] = ["037", "1047", "500"]; // of equals the first, and the sort is stable
  const texts = pages.map((page) => ({ encoding: `ebcdic-${page}` as const, text: decodeEbcdic(bytes, page) }));
  const [best] = texts.toSorted((a, b) => oddities(a.text) - oddities(b.text));
  return best ?? { encoding: "blank", text: "" };
};

/** One character per byte: line ends become `\n`, other control characters spaces. */
export const decodeRecord = (bytes: Uint8Array): { encoding: TextEncoding; text: string } => {
  const raw = isEbcdic(bytes) ? inLikeliestPage(bytes) : { encoding: "ascii" as const, text: ascii(bytes) };
  const text = raw.text
    .replaceAll("\r\n", " \n")
    .replaceAll(/[\r\u0085]/g, "\n")
    .replaceAll(/[^\P{Cc}\n]/gu, " ");
  return { encoding: text.trim() === "" ? "blank" : raw.encoding, text };
};

/** The 40 lines of a record, trailing spaces off: cut at 80 columns, or at line ends when all lines are short enough. */
export const linesOf = (text: string): string[] => {
  const ended = text.split("\n").map((line) => line.trimEnd());
  const cut = Array.from({ length: Math.max(LINES, Math.ceil(text.length / COLUMNS)) }, (_, at) =>
    text
      .slice(at * COLUMNS, (at + 1) * COLUMNS)
      .replaceAll("\n", " ")
      .trimEnd(),
  );
  const lines = ended.length > 1 && ended.every(({ length }) => length <= COLUMNS) ? ended : cut;
  const last = lines.findLastIndex((line) => line !== "");
  return Array.from({ length: Math.max(LINES, last + 1) }, (_, at) => lines[at] ?? "");
};
