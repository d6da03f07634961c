// Speech Synthesis Markup Language: a strict reader of what Polly supports, which knows where everything stands.
import type { Engine } from "./post.ts";
import { pauseSeconds, rateOf, TAGS } from "./ssml-tags.ts";
import { type Span, SsmlFault, type Token, tokens } from "./ssml-tokens.ts";

export { SsmlFault } from "./ssml-tokens.ts";

export interface SsmlElement {
  readonly name: string;
  readonly parent: SsmlElement | undefined;
  readonly depth: number;
  readonly open: Span;
  /** Known once it was read. */
  close: Span;
  /** Units before it. */
  readonly first: number;
  /** How fast its text is spoken, 1 as ever. */
  readonly rate: number;
  /** Where the outermost element that is never cut open starts, when it is in one or is one. */
  readonly whole: number | undefined;
  readonly pauseSeconds: number;
}

/** A UTF-16 unit of the text and where the source has it; a stand-in spans an empty element. */
export interface SsmlUnit extends Span {
  readonly parent: SsmlElement;
  readonly billed: number;
  readonly seconds: number;
}

export interface Ssml {
  readonly source: string;
  /** What is spoken; U+034F stands for an empty element (it joins what is before it), U+2029 for the end of an `<s>`. */
  readonly text: string;
  /** One for each UTF-16 unit of the text. */
  readonly units: readonly SsmlUnit[];
  /** Offsets in the text where a `<p>` starts or ends. */
  readonly paragraphs: readonly number[];
  readonly comments: readonly Span[];
}

/** Speech of 3,000 characters took 199 to 213 s. */
export const CHARACTERS_PER_SECOND = 15;
const MAX_DEPTH = 100;
/** Ten times what is billed of a post at most: what has more tags than that is no post, and would take the memory. */
const MAX_LENGTH = 1_000_000;
const EMPTY = "\u034f";
const SENTENCE_END = "\u2029";

/** A document while it is read. */
interface Reading {
  readonly source: string;
  readonly text: string[];
  readonly units: SsmlUnit[];
  readonly paragraphs: number[];
  readonly comments: Span[];
  root?: SsmlElement;
  /** Undefined before and behind the root. */
  parent?: SsmlElement | undefined;
}

type OpenTag = Token & { readonly kind: "open" | "empty" };

const isWithin = (element: SsmlElement | undefined, name: string): boolean =>
  element !== undefined && (element.name === name || isWithin(element.parent, name));

/** Why a text, or a tag of that name, may not stand there. */
const misplaced = ({ root, parent }: Reading, name?: string): string | undefined => {
  if (parent === undefined)
    return name === "speak" && root === undefined ? undefined : "A document is one <speak> element and nothing else";
  const holds = TAGS.get(parent.name)?.holds;
  if (holds === "nothing") return `<${parent.name}> must be empty`;
  if (holds === "text" && name !== undefined) return `<${parent.name}> holds text alone`;
  if (name === "speak") return "<speak> stands around all and nowhere else";
  if (name !== undefined && parent.depth >= MAX_DEPTH) return `Elements are nested ${MAX_DEPTH} deep at most`;
  if ((name === "p" || name === "s") && isWithin(parent, "s")) return `<${name}> cannot be in <s>`;
  return name === "p" && isWithin(parent, "p") ? "<p> cannot be in <p>" : undefined;
};

const addText = (reading: Reading, { kind, start, end, text }: Token & { kind: "text" | "character" }): void => {
  const { source, parent } = reading;
  if (parent === undefined && kind === "text" && text.trim() === "") return;
  const wrong = misplaced(reading);
  if (parent === undefined || wrong !== undefined) throw new SsmlFault(source, start, wrong ?? "");
  for (let index = 0; index < text.length; index += 1) {
    const span = kind === "text" ? { start: start + index, end: start + index + 1 } : { start, end };
    // An entity may be billed as it is written; this is never less.
    const billed = kind === "text" ? 1 : (end - start) / text.length;
    reading.text.push(text.charAt(index));
    reading.units.push({ ...span, parent, billed, seconds: billed / CHARACTERS_PER_SECOND / parent.rate });
  }
};

/** A stand-in for something that is no text but has its place in it. */
const addStandIn = (reading: Reading, unit: Omit<SsmlUnit, "billed">, text: string): void => {
  reading.text.push(text);
  reading.units.push({ ...unit, billed: 0 });
};

const openElement = (reading: Reading, { name, attributes, start, end }: OpenTag): SsmlElement => {
  const { parent } = reading;
  const wrong = misplaced(reading, name);
  if (wrong !== undefined) throw new SsmlFault(reading.source, start, wrong);
  const isWhole = TAGS.get(name)?.whole === true || attributes.has("amazon:max-duration");
  if (name === "p") reading.paragraphs.push(reading.units.length);
  return {
    name,
    parent,
    depth: (parent?.depth ?? 0) + 1,
    open: { start, end },
    close: { start: end, end },
    first: reading.units.length,
    rate: Math.max(0.2, (parent?.rate ?? 1) * rateOf(attributes)),
    whole: parent?.whole ?? (isWhole ? start : undefined),
    pauseSeconds: name === "break" ? pauseSeconds(attributes) : 0,
  };
};

const closeElement = (reading: Reading, element: SsmlElement, close: Span): void => {
  const { parent, first, open, pauseSeconds } = element;
  element.close = close;
  if (parent === undefined) return;
  if (reading.units.length === first)
    addStandIn(reading, { start: open.start, end: close.end, parent, seconds: pauseSeconds }, EMPTY);
  else if (element.name === "s")
    addStandIn(reading, { start: close.start, end: close.start, parent: element, seconds: 0 }, SENTENCE_END);
  if (element.name === "p") reading.paragraphs.push(reading.units.length);
};

const readToken = (reading: Reading, token: Token): void => {
  switch (token.kind) {
    case "text":
    case "character":
      return addText(reading, token);
    case "comment":
      reading.comments.push(token);
      return;
    case "open":
    case "empty": {
      const element = openElement(reading, token);
      reading.root ??= element;
      if (token.kind === "open") reading.parent = element;
      else closeElement(reading, element, { start: token.end, end: token.end });
      return;
    }
    case "close": {
      const { parent, source } = reading;
      if (parent?.name !== token.name)
        throw new SsmlFault(
          source,
          token.start,
          parent ? `<${parent.name}> must be closed first` : "Nothing is open here",
        );
      closeElement(reading, parent, token);
      reading.parent = parent.parent;
      return;
    }
    default:
      token satisfies never;
  }
};

/** Throws SsmlFault, also for what Polly knows but not with this engine; the standard one knows most. */
export const readSsml = (source: string, engine: Engine = "standard"): Ssml => {
  const reading: Reading = { source, text: [], units: [], paragraphs: [], comments: [] };
  if (source.length > MAX_LENGTH)
    throw new SsmlFault(source, MAX_LENGTH, `A document has ${MAX_LENGTH} characters at most, tags included`);
  for (const token of tokens(source, engine)) readToken(reading, token);
  const { root, parent, text, units, paragraphs, comments } = reading;
  if (root === undefined || parent !== undefined)
    throw new SsmlFault(
      source,
      source.length,
      parent ? `<${parent.name}> is not closed` : "There is no <speak> element",
    );
  return { source, text: text.join(""), units, paragraphs, comments };
};

/** Polly bills what stands outside of tags. */
export const billedChars = ({ units }: Ssml): number => Math.ceil(units.reduce((sum, { billed }) => sum + billed, 0));
