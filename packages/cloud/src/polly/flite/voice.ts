// What flite says of pieces: samples, and the phones in them with their times.
import type { FliteVoice } from "../speech-port.ts";
import type { Piece } from "./pieces.ts";
import type { Pool } from "./pool.ts";
import type { Token } from "./tokens.ts";

export const SAMPLE_RATE = 16_000;

export interface Phone {
  readonly name: string;
  /** In seconds from the piece's start. */
  readonly start: number;
  readonly end: number;
}

export interface Said {
  readonly samples: Int16Array;
  readonly phones: readonly Phone[];
}

interface Manner {
  readonly voice: FliteVoice;
  readonly rate: number;
  readonly signal: AbortSignal;
}

const PAUSE = "pau";
/** What is left of the pause before a piece that goes on from another: a sound begins a little before its phone. */
const BREATH_SECONDS = 0.02;
/** Above what any piece that ends takes. */
const deadline = (text: string): number => 10_000 + 200 * text.length;

/** A line as `-psdur` prints it: `pau:0.220 hh:0.295`, each with its end. */
const phonesOf = (line: string): readonly Phone[] => {
  let start = 0;
  return line.split(" ").flatMap((part) => {
    const [name, at] = part.split(":");
    if (name === undefined || at === undefined) return [];
    const phone = { name, start, end: Number(at) };
    start = phone.end;
    return [phone];
  });
};

const soundsOf = (phones: readonly Phone[]): readonly Phone[] => phones.filter(({ name }) => name !== PAUSE);

/** Speaks a piece; with `joined` it goes on from another, without the pause it would begin with. */
export const say = async (pool: Pool, piece: Piece, manner: Manner & { readonly joined: boolean }): Promise<Said> => {
  const text = piece.tokens.map(({ spoken }) => spoken).join(" ");
  const stretch = ["--setf", `duration_stretch=${(1 / manner.rate).toFixed(3)}`];
  const args = ["-voice", manner.voice, ...stretch, "-psdur", "-t", text, "-o", "output"];
  const deadlineMs = deadline(text) / Math.min(1, manner.rate);
  const { printed, samples } = await pool.run({ args, deadlineMs, signal: manner.signal });
  const phones = phonesOf(printed);
  const all = new Int16Array(samples.buffer, samples.byteOffset, samples.length >> 1);
  const [first] = phones;
  if (!manner.joined || first?.name !== PAUSE) return { samples: all, phones: soundsOf(phones) };
  const cut = Math.max(0, first.end - BREATH_SECONDS);
  const moved = phones.map(({ name, start, end }) => ({ name, start: start - cut, end: end - cut }));
  return { samples: all.subarray(Math.round(cut * SAMPLE_RATE)), phones: soundsOf(moved) };
};

/** The phones of each word by itself: every one a paragraph, by the quickest voice. */
export const phonesByToken = async (
  pool: Pool,
  tokens: readonly Token[],
  signal: AbortSignal,
): Promise<readonly (readonly Phone[])[]> => {
  const input = tokens.map(({ spoken }) => `${spoken}\n\n`).join("");
  const args = ["-voice", "kal16", "-psdur", "-f", "input", "-o", "none"];
  const { printed } = await pool.run({ args, input, deadlineMs: deadline(input), signal });
  return printed.split("\n").map((line) => soundsOf(phonesOf(line)));
};
