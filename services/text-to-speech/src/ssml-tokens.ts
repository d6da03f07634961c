// The pieces of an XML document as SSML has them, and where each stands. Nothing is expanded but a character's entity.
import type { Engine } from "./post.ts";
import { type Attributes, tagFault } from "./ssml-tags.ts";

/** What is wrong with an SSML document and where; line and column count from 1. */
export class SsmlFault extends Error {
  override readonly name = "SsmlFault";
  readonly line: number;
  readonly column: number;
  readonly detail: string;
  constructor(source: string, at: number, detail: string) {
    const lines = source.slice(0, at).split("\n");
    const column = (lines.at(-1) ?? "").length + 1;
    super(`${detail} (line ${lines.length}, column ${column})`);
    this.line = lines.length;
    this.column = column;
    this.detail = detail;
  }
}

/** Offsets in the source. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Token = Span &
  (
    | { readonly kind: "text" | "character"; readonly text: string }
    | { readonly kind: "open" | "empty"; readonly name: string; readonly attributes: Attributes }
    | { readonly kind: "close"; readonly name: string }
    | { readonly kind: "comment" }
  );

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

const NAME = String.raw`[A-Za-z][\w.-]*(?::[A-Za-z][\w.-]*)?`;
const TAG = new RegExp(String.raw`<(${NAME})((?:\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(/?)>`, "y");
const CLOSE = new RegExp(String.raw`</(${NAME})\s*>`, "y");
const ATTRIBUTE = new RegExp(String.raw`(${NAME})\s*=\s*(?:"([^"]*)"|'([^']*)')`, "g");
const ENTITY = /&(?:([a-z]{2,4})|#(\d{1,7})|#x([\da-fA-F]{1,6}));/y;
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/;
const TEXT = /[^<&]+/y;
const COMMENT = /<!--/y;
const DECLARATION = /^<\?xml\s[^<>]*\?>/;
// XML 1.0 has no other control characters, no lone surrogates, and the last two are no characters.
// oxlint-disable-next-line no-control-regex -- they are what is refused
const NO_CHARACTER = /[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

const unreadable = (rest: string): string => {
  if (/^<!(?:DOCTYPE|ENTITY)/i.test(rest)) return "Document types and declarations of entities are not allowed";
  if (rest.startsWith("<![")) return "CDATA is not supported";
  if (rest.startsWith("<?")) return "Processing instructions are not supported";
  if (rest.startsWith("&")) return "An & must be written &amp;, and no entities are known but XML's own five";
  return "This is not a well-formed tag; a < in a text must be written &lt;";
};

const readEntity = ([, name, decimal, hex]: readonly (string | undefined)[]): string | undefined => {
  if (name !== undefined) return ENTITIES.get(name);
  const code = Number.parseInt(decimal ?? hex ?? "", decimal === undefined ? 16 : 10);
  const text = code > 0x10ffff ? "\0" : String.fromCodePoint(code);
  return NO_CHARACTER.test(text) ? undefined : text;
};

const readTag = (name: string, raw: string, engine: Engine): { attributes: Attributes; wrong: string | undefined } => {
  const found = Array.from(
    raw.matchAll(ATTRIBUTE),
    ([, key = "", double, single]) => [key, double ?? single ?? ""] as const,
  );
  const attributes = new Map(found);
  if (attributes.size < found.length) return { attributes, wrong: `<${name.slice(0, 40)}> has an attribute twice` };
  const bare = BARE_AMPERSAND.test(raw) ? "An & in an attribute must be written &amp;" : undefined;
  return { attributes, wrong: bare ?? tagFault(name, attributes, engine) };
};

/** Throws SsmlFault. */
export function* tokens(source: string, engine: Engine): Generator<Token> {
  const bad = source.search(NO_CHARACTER);
  if (bad >= 0) throw new SsmlFault(source, bad, "This character cannot be in XML");
  for (let start = DECLARATION.exec(source)?.[0].length ?? 0; start < source.length;) {
    const match = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = start;
      return pattern.exec(source);
    };
    const fault = (detail: string): SsmlFault => new SsmlFault(source, start, detail);
    const read = (): Token => {
      const text = match(TEXT)?.[0];
      if (text !== undefined) return { kind: "text", start, end: start + text.length, text };
      const entity = match(ENTITY);
      const character = entity && readEntity(entity);
      if (entity && character) return { kind: "character", start, end: start + entity[0].length, text: character };
      const close = match(CLOSE);
      if (close) return { kind: "close", start, end: start + close[0].length, name: close[1] ?? "" };
      const tag = match(TAG);
      if (tag) {
        const [all, name = "", raw = "", slash] = tag;
        const { attributes, wrong } = readTag(name, raw, engine);
        if (wrong !== undefined) throw fault(wrong);
        return { kind: slash === "/" ? "empty" : "open", start, end: start + all.length, name, attributes };
      }
      if (!match(COMMENT)) throw fault(unreadable(source.slice(start, start + 20)));
      const end = source.indexOf("--", start + 4);
      if (source.charAt(end + 2) !== ">" || end < 0) throw fault("A comment ends in --> and has no other --");
      return { kind: "comment", start, end: end + 3 };
    };
    const token = read();
    yield token;
    start = token.end;
  }
}
