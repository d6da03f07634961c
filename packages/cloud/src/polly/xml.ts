// A strict reader of small XML: elements, attributes and text with their places, and nothing that could grow or hang.
// Document types, declarations, instructions and CDATA are faults; of entities it knows the five of XML.

export interface XmlTag {
  readonly kind: "open" | "close";
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Offsets in the source; an empty element opens and closes at its end. */
  readonly at: number;
  readonly end: number;
}

export interface XmlText {
  readonly kind: "text";
  readonly text: string;
  /** Offset of each UTF-16 unit in the source, and where the last one ends. */
  readonly places: readonly number[];
}

/** What is wrong, and where. */
export class XmlFault extends Error {
  override readonly name = "XmlFault";
}

const DEEPEST = 100;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

const DECLARATION = /^\uFEFF?<\?xml\s[^<>?]*\?>/;
const TAG = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ATTRIBUTE = /([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const UNIT_OR_REFERENCE = /&(?:(\w+)|#(\d{1,7})|#x([\da-fA-F]{1,6}));|[^]/g;
// XML 1.0, 2.2: no other control characters.
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/u;

export const faultAt = (source: string, at: number, detail: string): XmlFault => {
  const lines = source.slice(0, at).split("\n");
  return new XmlFault(`line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}: ${detail}`);
};

const characterOf = ([, name, decimal, hex]: RegExpExecArray): string | undefined => {
  if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  const character = code <= 0x10ffff ? String.fromCodePoint(code) : "\0";
  return FORBIDDEN.test(character) ? undefined : character;
};

/** Text between tags or in an attribute, from `at` on in the source, its references read. */
const readText = (source: string, at: number, length: number): XmlText => {
  let text = "";
  const places: number[] = [];
  for (const piece of source.slice(at, at + length).matchAll(UNIT_OR_REFERENCE)) {
    const meant = piece[0] !== "&" && piece[0].length === 1 ? piece[0] : characterOf(piece);
    if (meant === undefined)
      throw faultAt(source, at + piece.index, "an & that begins none of the entities amp, lt, gt, quot and apos");
    text += meant;
    for (let unit = 0; unit < meant.length; unit++) places.push(at + piece.index);
  }
  places.push(at + length);
  return { kind: "text", text, places };
};

const attributesOf = (source: string, at: number, text: string): ReadonlyMap<string, string> => {
  if (text === "") return NO_ATTRIBUTES;
  const attributes = new Map<string, string>();
  for (const { 0: whole, 1: name = "", 2: double, 3: single, index } of text.matchAll(ATTRIBUTE)) {
    if (attributes.has(name)) throw faultAt(source, at + index, `a second attribute ${name}`);
    const value = double ?? single ?? "";
    attributes.set(name, readText(source, at + index + whole.length - 1 - value.length, value.length).text);
  }
  return attributes;
};

const tagAt = (source: string, at: number): RegExpExecArray => {
  TAG.lastIndex = at;
  const tag = TAG.exec(source);
  if (tag === null)
    throw faultAt(source, at, /^<[!?]/.test(source.slice(at, at + 2)) ? "declarations are not read" : "a < that begins no tag"); // prettier-ignore
  return tag;
};

const endOfComment = (source: string, at: number): number => {
  const end = source.indexOf("-->", at + 4);
  if (end < 0) throw faultAt(source, at, "a comment without an end");
  return end + 3;
};

/** The element's tags and texts in order, those around them included; throws XmlFault. */
export const readXml = (source: string): readonly (XmlTag | XmlText)[] => {
  const forbidden = FORBIDDEN.exec(source);
  if (forbidden !== null) throw faultAt(source, forbidden.index, "a character that XML does not allow");
  const found: (XmlTag | XmlText)[] = [];
  const open: string[] = [];
  let rooted = false;
  /** Answers where it ends. */
  const readTag = (at: number, [whole, slash, name = "", text = "", empty]: RegExpExecArray): number => {
    const end = at + whole.length;
    if (slash === "/") {
      if (text !== "" || empty !== "" || open.pop() !== name) throw faultAt(source, at, `</${name}> closes nothing`);
      found.push({ kind: "close", name, attributes: NO_ATTRIBUTES, at, end });
      return end;
    }
    if (rooted && open.length === 0) throw faultAt(source, at, `a second element <${name}>`);
    rooted = true;
    if (open.length === DEEPEST) throw faultAt(source, at, `elements more than ${DEEPEST} deep`);
    const attributes = attributesOf(source, at + 1 + name.length, text);
    found.push({ kind: "open", name, attributes, at, end });
    if (empty === "/") found.push({ kind: "close", name, attributes, at: end, end });
    else open.push(name);
    return end;
  };
  let at = DECLARATION.exec(source)?.[0].length ?? 0;
  while (at < source.length) {
    const next = source.indexOf("<", at);
    const end = next < 0 ? source.length : next;
    if (open.length > 0 && end > at) found.push(readText(source, at, end - at));
    else if (source.slice(at, end).trim() !== "") throw faultAt(source, at, "text outside of the element");
    if (next < 0) break;
    at = source.startsWith("<!--", end) ? endOfComment(source, end) : readTag(end, tagAt(source, end));
  }
  if (open.length > 0) throw faultAt(source, at, `<${open.at(-1)}> is not closed`);
  if (!rooted) throw faultAt(source, at, "there is no element");
  return found;
};
