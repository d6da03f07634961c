// The stanza ((SEG:Layout:text/xml)): a file says itself where its trace header fields stand (SEG-Y rev 2.1, annex D8).
// The XML is only scanned for the few elements that matter: no entity is expanded, no DTD is read.
import { HEADER_BYTES, sizeOf, type Field, type FieldType } from "./field.ts";

const MOST_CHARACTERS = 65_536;
const MOST_ENTRIES = 1000;
const MOST_TAG_CHARACTERS = 500; // bounds what the patterns below can cost

/** As the standard spells them; those scaled by a scalar (coor4, elev4, time2, spnum4) are stored like the others. */
const TYPES: Readonly<Record<string, FieldType>> = {
  int1: "i1",
  int2: "i2",
  int4: "i4",
  int8: "i8",
  uint1: "u1",
  uint2: "u2",
  uint4: "u4",
  uint8: "u8",
  ibmfp: "ibm4",
  ieee32: "f4",
  ieee64: "f8",
  linetrc: "i4",
  reeltrc: "i4",
  linetrc8: "u8",
  reeltrc8: "u8",
  coor4: "i4",
  elev4: "i4",
  time2: "i2",
  spnum4: "i4",
  scale6: "scale6",
  string8: "string8",
};

interface Problem {
  readonly problem: string;
}

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly closed: boolean;
}

const typeOf = (name: string, type: string): FieldType | undefined => {
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  return known === "i2" && (name === "nsamps" || name === "dt") ? "u2" : known; // more than 32,767 samples are usual
};

/** The field of an `<entry>`. That it counts only if not zero holds for all fields of further headers. */
const entryField = ({ attributes }: Tag, header: number): Field | Problem => {
  const { name = "", byte = "", type = "" } = attributes;
  const shown = `entry ${JSON.stringify(name)}`;
  if (!/^[a-z]\w{0,31}$/.test(name)) return { problem: `${shown} has no usable name` };
  const known = typeOf(name, type);
  if (!known) return { problem: `${shown} has the unknown type ${JSON.stringify(type)}` };
  const first = /^\d{1,3}$/.test(byte) ? Number(byte) : 0;
  if (first < 1 || first + sizeOf(known) - 1 > HEADER_BYTES)
    return {
      problem: `${shown} of type ${type} at byte ${JSON.stringify(byte)} is outside of the ${HEADER_BYTES} bytes`,
    };
  return { name, byte: first, type: known, header };
};

/** `inside` is what stands between the angle brackets. */
const parseTag = (inside: string): Tag | Problem => {
  if (inside.startsWith("!")) return { problem: "it has a document type or a marked section" };
  if (inside.length > MOST_TAG_CHARACTERS || inside.includes("<")) return { problem: "a tag has no end" };
  if (inside.includes("&")) return { problem: "an attribute has an entity" };
  const attributes = [...inside.matchAll(/\s([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  return {
    name: /^\/?[\w:-]+/.exec(inside)?.[0].toLowerCase() ?? "",
    attributes: Object.fromEntries(
      attributes.map(([, name = "", double, single]) => [name.toLowerCase(), (double ?? single ?? "").trim()]),
    ),
    closed: inside.endsWith("/"),
  };
};

/** The tags in their order; comments and processing instructions are left out. Ends with a problem where it cannot go on. */
function* tagsOf(text: string): Generator<Tag | Problem> {
  let at = text.indexOf("<");
  while (at >= 0) {
    const end = text.startsWith("<!--", at) ? "-->" : text.startsWith("<?", at) ? "?>" : ">";
    const stop = text.indexOf(end, at + 1);
    if (stop < 0) return yield { problem: "it is cut off" };
    if (end === ">") yield parseTag(text.slice(at + 1, stop));
    at = text.indexOf("<", stop + end.length);
  }
  return yield { problem: "it is cut off" };
}

/**
 * The fields that a layout stanza names, the standard header's with `header` 0, those of the n-th `<extension>` with n.
 * `text` is what `decodeRecord` gives for its first record and for those after it that start no other stanza, joined
 * without anything between, untrimmed: tags run across records.
 */
export const readLayoutStanza = (text: string): { fields: Field[] } | Problem => {
  if (text.length > MOST_CHARACTERS) return { problem: `it is longer than ${MOST_CHARACTERS} bytes` };
  const fields: Field[] = [];
  let extensions = 0;
  let header = -1; // outside of <segy-layout>
  for (const tag of tagsOf(text)) {
    if ("problem" in tag) return tag;
    if (tag.name === "/segy-layout") break;
    if (tag.name === "segy-layout" || tag.name === "/extension") header = 0;
    if (tag.name === "extension") {
      extensions += 1;
      header = tag.closed ? 0 : extensions;
    }
    if (tag.name !== "entry" || header < 0) continue;
    if (fields.length === MOST_ENTRIES) return { problem: `it has more than ${MOST_ENTRIES} entries` };
    const field = entryField(tag, header);
    if ("problem" in field) return field;
    fields.push(field);
  }
  return fields.length > 0 ? { fields } : { problem: "it has no entry" };
};
