// A pronunciation lexicon (PLS 1.0, https://www.w3.org/TR/pronunciation-lexicon/): words and what is said for them.
import { pollyError } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import type { Run } from "./speech-port.ts";
import { byteOffsets, type Spoken } from "./ssml.ts";
import { readXml, XmlFault } from "./xml.ts";

export interface Lexicon {
  readonly alphabet: string;
  readonly language: string;
  readonly lexemes: number;
  /** By grapheme; the first of several lexemes holds. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Whether it has phonemes, which have no effect here. */
  readonly phonemes: boolean;
}

interface Lexeme {
  readonly graphemes: string[];
  alias?: string;
  phoneme?: string;
}

const ROOT = { alphabet: "ipa", language: "" };

const checkRoot = (attributes: ReadonlyMap<string, string>): typeof ROOT => {
  const alphabet = attributes.get("alphabet") ?? ROOT.alphabet;
  const language = attributes.get("xml:lang") ?? "";
  if (!["ipa", "x-sampa"].includes(alphabet)) throw pollyError("UnsupportedPlsAlphabetException");
  if (!/^[a-z]{2,3}(-[A-Za-z]{2,4}){0,2}$/.test(language)) throw pollyError("UnsupportedPlsLanguageException");
  return { alphabet, language };
};

const checkLexeme = ({ graphemes, alias = "", phoneme = "" }: Lexeme): void => {
  if (graphemes.length === 0 || graphemes.includes("") || alias + phoneme === "")
    throw new XmlFault("a lexeme needs a grapheme, and an alias or a phoneme");
  const longest = Math.max(alias.length, phoneme.length);
  if (longest > LIMITS.lexemeChars) throw pollyError("MaxLexemeLengthExceededException");
};

const readPls = (content: string): Lexicon => {
  let root: typeof ROOT | undefined;
  let text = "";
  let lexeme: Lexeme = { graphemes: [] };
  const lexemes: Lexeme[] = [];
  for (const event of readXml(content)) {
    if (event.kind === "text") text += event.text;
    else if (event.kind === "open") {
      text = "";
      if (event.name === "lexeme") lexeme = { graphemes: [] };
      if ((event.name === "lexicon") !== (root === undefined)) throw new XmlFault("<lexicon> is the outermost element");
      root ??= checkRoot(event.attributes);
    } else if (event.name === "grapheme") lexeme.graphemes.push(text.trim());
    else if (event.name === "alias") lexeme.alias ??= text.trim();
    else if (event.name === "phoneme") lexeme.phoneme ??= text.trim();
    else if (event.name === "lexeme") {
      checkLexeme(lexeme);
      lexemes.push(lexeme);
    }
  }
  const aliases = new Map<string, string>();
  for (const { graphemes, alias } of lexemes)
    for (const grapheme of graphemes) if (alias !== undefined && !aliases.has(grapheme)) aliases.set(grapheme, alias);
  return {
    ...(root ?? ROOT),
    lexemes: lexemes.length,
    aliases,
    phonemes: lexemes.some(({ phoneme }) => phoneme !== undefined),
  };
};

/** Throws InvalidLexiconException and its more precise sisters. */
export const readLexicon = (content: string): Lexicon => {
  if (content.length > LIMITS.lexiconChars) throw pollyError("LexiconSizeExceededException");
  try {
    return readPls(content);
  } catch (error) {
    throw error instanceof XmlFault ? pollyError("InvalidLexiconException", error.message) : error;
  }
};

/** `en` is for every English voice, `en-US` for those of the United States. */
export const speaks = ({ language }: Pick<Lexicon, "language">, voiceLanguage: string): boolean =>
  voiceLanguage === language || voiceLanguage.startsWith(`${language}-`);

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** Whole words alone, the longest that fits; of several lexicons the first that has it. Case matters, as in PLS. */
export const applyLexicons = (spoken: Spoken, lexicons: readonly Lexicon[]): Spoken => {
  const said = new Map(lexicons.toReversed().flatMap((lexicon) => [...lexicon.aliases]));
  if (said.size === 0) return spoken;
  const aliases = new Map(spoken.aliases);
  const graphemes = [...said.keys()].toSorted((a, b) => b.length - a.length).map(escape);
  const pattern = new RegExp(String.raw`(?<![\p{L}\p{N}_])(?:${graphemes.join("|")})(?![\p{L}\p{N}_])`, "gu");
  const apply = (run: Run): Run => {
    if (run.kind !== "speech") return run;
    const bytes = run.bytes ?? Array.from(byteOffsets(run.text), (offset) => run.at + offset);
    const places: number[] = [];
    let text = "";
    let at = 0;
    const keep = (end: number): void => {
      text += run.text.slice(at, end);
      for (; at < end; at++) places.push(bytes[at] ?? 0);
    };
    for (const { 0: grapheme, index } of run.text.matchAll(pattern)) {
      keep(index);
      const alias = said.get(grapheme) ?? grapheme;
      const start = bytes[index] ?? 0;
      text += alias;
      for (let unit = 0; unit < alias.length; unit++) places.push(start);
      at += grapheme.length;
      const end = bytes[at] ?? 0;
      if (!aliases.has(start)) aliases.set(start, spoken.gaps.get(end) ?? end);
    }
    if (at === 0) return run;
    keep(run.text.length);
    places.push(bytes.at(-1) ?? 0);
    return { ...run, text, bytes: places };
  };
  return { ...spoken, runs: spoken.runs.map(apply), aliases };
};
