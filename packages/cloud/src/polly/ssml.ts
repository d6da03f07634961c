// SSML as runs for the voice: what is spoken how, pauses, and named marks, each with its place in the request.
import { pollyError } from "./errors.ts";
import { sayAs } from "./say-as.ts";
import type { Run } from "./speech-port.ts";
import { breakOf, gainOf, PAUSES_MS, rateOf, tagFault } from "./ssml-tags.ts";
import { faultAt, readXml, XmlFault, type XmlTag, type XmlText } from "./xml.ts";

export interface Spoken {
  readonly runs: readonly Run[];
  /** Characters that are billed: those outside of tags. */
  readonly chars: number;
  /** What was asked for and has no effect here. */
  readonly ignored: ReadonlySet<string>;
  /** Bytes where speech goes on after tags, and where it stopped before them: no word ends in a tag. */
  readonly gaps: ReadonlyMap<number, number>;
  /** Bytes of what is spoken as something else: from, to. */
  readonly aliases: ReadonlyMap<number, number>;
}

interface Frame {
  readonly tag: XmlTag;
  readonly rate: number;
  readonly gain: number;
}

/** Offsets in UTF-16 units as offsets in bytes of UTF-8. */
export const byteOffsets = (text: string): Uint32Array => {
  const offsets = new Uint32Array(text.length + 1);
  let bytes = 0;
  for (let at = 0; at < text.length;) {
    const code = text.codePointAt(at) ?? 0;
    const units = code > 0xffff ? 2 : 1;
    offsets.fill(bytes, at, at + units);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += units;
  }
  offsets[text.length] = bytes;
  return offsets;
};

/** Tags whose content is spoken as something else, or not at all. */
const REPLACING = new Set(["sub", "say-as"]);
const WITHOUT_EFFECT = /^(emphasis|lang|w|phoneme|amazon:.*)$/;

/** Collects runs: speech that belongs together is one run, so that sentences stay whole. */
const createRuns = (bytes: Uint32Array, gaps: Map<number, number>) => {
  const runs: Run[] = [];
  let pauseMs = 0;
  let speech: { text: string; readonly bytes: number[]; readonly rate: number; readonly gain: number } | undefined;
  const flush = (): void => {
    if (speech !== undefined && /\S/.test(speech.text))
      runs.push({ kind: "speech", at: speech.bytes[0] ?? 0, ...speech });
    speech = undefined;
  };
  const push = (run: Run): void => {
    flush();
    runs.push(run);
  };
  return {
    push,
    /** A pause before the next speech; the longest of several. */
    pause: (ms: number): void => {
      flush();
      pauseMs = Math.max(pauseMs, ms);
    },
    /** Text whose units are at these places in the source. */
    speak: (text: string, places: readonly number[], { rate, gain }: Frame): void => {
      if (pauseMs > 0 && /\S/.test(text)) {
        if (runs.some(({ kind }) => kind === "speech")) push({ kind: "silence", ms: pauseMs });
        pauseMs = 0;
      }
      if (speech?.rate !== rate || speech.gain !== gain) flush();
      speech ??= { text: "", bytes: [], rate, gain };
      const start = bytes[places[0] ?? 0] ?? 0;
      const end = speech.bytes.pop();
      if (end !== undefined && end !== start) gaps.set(start, end);
      speech.text += text;
      for (const place of places) speech.bytes.push(bytes[place] ?? 0);
    },
    end: (): readonly Run[] => {
      flush();
      return runs;
    },
  };
};

const readRuns = (source: string, engine: string): Spoken => {
  const bytes = byteOffsets(source);
  const gaps = new Map<number, number>();
  const aliases = new Map<number, number>();
  const { push, pause, speak, end } = createRuns(bytes, gaps);
  const ignored = new Set<string>();
  const frames: Frame[] = [];
  let chars = 0;
  /** Text inside of `<sub>` and `<say-as>`, until they close. */
  let replaced = "";

  const open = (tag: XmlTag, around: Frame): void => {
    const { name, attributes, at } = tag;
    const { tag: outer } = around;
    if (REPLACING.has(outer.name)) throw faultAt(source, at, `<${outer.name}> takes text alone`);
    const fault = tagFault(name, attributes, engine);
    if (fault !== undefined) throw faultAt(source, at, fault);
    if ((name === "speak") !== (frames.length === 0)) throw faultAt(source, at, "<speak> is the outermost tag, and no other is"); // prettier-ignore
    const given = name === "prosody" ? attributes.get("rate") : undefined;
    const rate = given === undefined ? around.rate : rateOf(given);
    const volume = attributes.get("volume");
    const gain = name === "prosody" && volume !== undefined ? gainOf(volume, around.gain) : around.gain;
    frames.push({ tag, rate, gain });
    if (WITHOUT_EFFECT.test(name)) ignored.add(`<${name}>`);
    for (const attribute of ["pitch", "amazon:max-duration"]) if (attributes.has(attribute)) ignored.add(`<prosody ${attribute}>`); // prettier-ignore
    if (REPLACING.has(name)) replaced = "";
    if (name === "p") pause(PAUSES_MS["x-strong"]);
    if (name === "s") pause(PAUSES_MS.strong);
    if (name === "mark")
      push({ kind: "mark", name: attributes.get("name") ?? "", at: bytes[at] ?? 0, end: bytes[tag.end] ?? 0 });
    if (name !== "break") return;
    const ms = breakOf(attributes);
    if (ms === undefined) throw faultAt(source, at, "a break of more than 10 seconds");
    if (ms > 0) push({ kind: "silence", ms });
  };

  const close = ({ at }: XmlTag, frame: Frame): void => {
    const { name, attributes, end: start } = frame.tag;
    if (name === "p") pause(PAUSES_MS["x-strong"]);
    if (name === "s") pause(PAUSES_MS.strong);
    if (!REPLACING.has(name)) return;
    const alias = attributes.get("alias") ?? sayAs(replaced, attributes.get("interpret-as") ?? "", attributes.get("format")); // prettier-ignore
    const places = Array.from({ length: alias.length + 1 }, (_, unit) => (unit < alias.length ? start : at));
    if (alias === "") return;
    speak(alias, places, frame);
    aliases.set(bytes[start] ?? 0, bytes[at] ?? 0);
  };

  const read = ({ text, places }: XmlText, frame: Frame): void => {
    chars += text.length;
    if (REPLACING.has(frame.tag.name)) replaced += text;
    else speak(text, places, frame);
  };

  const outermost: Frame = { tag: { kind: "open", name: "", attributes: new Map(), at: 0, end: 0 }, rate: 1, gain: 1 };
  for (const event of readXml(source)) {
    const frame = frames.at(-1) ?? outermost;
    if (event.kind === "text") read(event, frame);
    else if (event.kind === "open") open(event, frame);
    else {
      frames.pop();
      close(event, frame);
    }
  }
  return { runs: end(), chars, ignored, gaps, aliases };
};

/** Plain text, which has nothing but itself. */
export const plain = (text: string): Spoken => ({
  runs: [{ kind: "speech", text, at: 0, rate: 1, gain: 1 }],
  chars: text.length,
  ignored: new Set(),
  gaps: new Map(),
  aliases: new Map(),
});

/** Throws InvalidSsmlException with line and column. */
export const readSsml = (source: string, engine: string): Spoken => {
  try {
    return readRuns(source, engine);
  } catch (error) {
    throw error instanceof XmlFault ? pollyError("InvalidSsmlException", error.message) : error;
  }
};
