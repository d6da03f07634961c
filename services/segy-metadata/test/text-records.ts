// Text headers and extended text records: 40 lines of 80 characters, in ASCII or one of three EBCDIC code pages.
import type { FieldType } from "../src/segy/field.ts";
import type { TextEncoding } from "../src/document/metadata.ts";
import { TRACE_HEADER } from "../src/segy/trace-header.ts";

export const RECORD_BYTES = 3200;

/** The rows of EBCDIC that the three code pages share, each from its first byte on. */
const ROWS: readonly (readonly [number, string])[] = [
  [0x40, " "],
  [0x4b, ".<(+"],
  [0x50, "&"],
  [0x5b, "$*);"],
  [0x60, "-/"],
  [0x6b, ",%_>?"],
  [0x79, "`:#@'=\""],
  [0x81, "abcdefghi"],
  [0x91, "jklmnopqr"],
  [0xa1, "~stuvwxyz"],
  [0xc0, "{ABCDEFGHI"],
  [0xd0, "}JKLMNOPQR"],
  [0xe0, "\\"],
  [0xe2, "STUVWXYZ"],
  [0xf0, "0123456789"],
];

/** Where they differ. */
const PAGES = {
  "ebcdic-037": { "[": 0xba, "]": 0xbb, "|": 0x4f, "!": 0x5a, "^": 0xb0 },
  "ebcdic-500": { "[": 0x4a, "]": 0x5a, "|": 0xbb, "!": 0x4f, "^": 0x5f },
  "ebcdic-1047": { "[": 0xad, "]": 0xbd, "|": 0x4f, "!": 0x5a, "^": 0x5f },
} as const;

const NEWLINE: readonly [string, number] = ["\n", 0x25];

const tableOf = (page: keyof typeof PAGES): ReadonlyMap<string, number> =>
  new Map([
    NEWLINE,
    ...ROWS.flatMap(([first, row]) => Array.from(row, (character, at) => [character, first + at] as const)),
    ...Object.entries(PAGES[page]),
  ]);

/** What the encoding does not know becomes a question mark; `blank` is nothing but zeros. */
export const encodeText = (text: string, encoding: TextEncoding): Buffer => {
  if (encoding === "blank") return Buffer.alloc(text.length);
  if (encoding === "ascii") return Buffer.from(text, "latin1");
  const table = tableOf(encoding);
  return Buffer.from(Array.from(text, (character) => table.get(character) ?? 0x6f));
};

/** A record of 40 lines: `C 1` to `C40` with the given text, or the lines as they are when they bring their own numbers. */
export const textRecord = (lines: readonly string[], encoding: TextEncoding): Buffer => {
  const numbered = lines.some((line) => /^C ?\d/.test(line));
  const all = Array.from({ length: 40 }, (_, at) => {
    const line = lines[at] ?? "";
    return (numbered ? line : `C${String(at + 1).padStart(2)} ${line}`).padEnd(80).slice(0, 80);
  });
  return encodeText(all.join(""), encoding);
};

/** Free text over as many records as it needs. */
export const extendedRecords = (text: string, encoding: TextEncoding): Buffer =>
  encodeText(text.padEnd(Math.max(1, Math.ceil(text.length / RECORD_BYTES)) * RECORD_BYTES), encoding);

export const END_TEXT = "((SEG: EndText))";

export interface StanzaEntry {
  readonly name: string;
  readonly byte: number;
  /** As rev 2.1 D8 names types: `int4`, `coor4`, `ieee64` … */
  readonly type: string;
  readonly ifNonZero?: boolean;
}

const entryLine = ({ name, byte, type, ifNonZero = false }: StanzaEntry): string =>
  `<entry name="${name}" byte="${byte}" type="${type}"${ifNonZero ? ' if-non-zero="1"' : ""}/>`;

/** A stanza that says where the fields stand: `entries` in the standard header, `extensions` in the further ones. */
export const layoutStanza = (
  entries: readonly StanzaEntry[],
  extensions: Readonly<Record<string, readonly StanzaEntry[]>> = {},
): string =>
  [
    "((SEG:Layout:text/xml))",
    '<?xml version="1.0" encoding="utf-8"?>',
    '<segy-layout name="test">',
    ...entries.map(entryLine),
    ...Object.entries(extensions).flatMap(([name, further]) => [
      `<extension name="${name}">`,
      ...further.map(entryLine),
      "</extension>",
    ]),
    "</segy-layout>",
  ].join("\n");

const COORDINATES = new Set(["sht_x", "sht_y", "rec_x", "rec_y", "cdp_x", "cdp_y"]);
const STANZA_TYPES: Partial<Record<FieldType, string>> = { i2: "int2", u2: "uint2", i4: "int4", scale6: "scale6" };

/** The stanza of a file whose standard fields all stand so many bytes later. */
export const shiftedLayout = (shiftBytes: number): string =>
  layoutStanza(
    TRACE_HEADER.filter(({ byte }) => byte < 233).map(({ name, byte, type }) => ({
      name,
      byte: byte + shiftBytes,
      type: COORDINATES.has(name) ? "coor4" : (STANZA_TYPES[type] ?? name),
    })),
  );
