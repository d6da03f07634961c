// Runs joined where nothing but a tag is between them, so that one breath stays one breath.
import type { Run } from "./speech-port.ts";

/** Text that is spoken in one manner. */
export interface Stretch {
  readonly kind: "speech";
  readonly text: string;
  readonly rate: number;
  readonly gain: number;
  /** Where each UTF-16 unit of the text starts and ends in the request, in UTF-8 bytes. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** SSML marks before that unit of the text. */
  readonly marks: readonly { readonly mark: NamedMark; readonly index: number }[];
}

export type NamedMark = Extract<Run, { kind: "mark" }>;
export type Part = Stretch | Exclude<Run, { kind: "speech" }>;
type Growing = {
  -readonly [Key in keyof Stretch]: Stretch[Key] extends readonly (infer Item)[] ? Item[] : Stretch[Key];
};
type SpeechRun = Extract<Run, { kind: "speech" }>;

const bytesOf = (letter: string): number => Buffer.byteLength(letter);

/** Both units of a surrogate pair start and end together. */
const places = ({ text, at, bytes }: SpeechRun): { readonly starts: number[]; readonly ends: number[] } => {
  const [starts, ends]: [number[], number[]] = [[], []];
  let byte = at;
  let unit = 0;
  for (const letter of text) {
    const start = bytes?.[unit] ?? byte;
    unit += letter.length;
    byte = bytes?.[unit] ?? start + bytesOf(letter);
    for (let half = 0; half < letter.length; half++) {
      starts.push(start);
      ends.push(byte);
    }
  }
  return { starts, ends };
};

/** The runs as they are spoken; a mark within a stretch is in that, any other stands by itself. */
export const stretchesOf = (runs: readonly Run[]): readonly Part[] => {
  const parts: (Growing | Exclude<Part, Stretch>)[] = [];
  for (const run of runs) {
    const last = parts.at(-1);
    if (run.kind !== "speech") {
      if (run.kind === "mark" && last?.kind === "speech") last.marks.push({ mark: run, index: last.text.length });
      else parts.push(run);
      continue;
    }
    const { rate, gain, text } = run;
    const { starts, ends } = places(run);
    if (last?.kind !== "speech" || last.rate !== rate || last.gain !== gain) {
      parts.push({ kind: "speech", text, rate, gain, starts, ends, marks: [] });
      continue;
    }
    last.text += text;
    for (const start of starts) last.starts.push(start);
    for (const end of ends) last.ends.push(end);
  }
  return parts;
};
