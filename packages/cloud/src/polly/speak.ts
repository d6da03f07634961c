// The bytes that answer an order: audio as it is spoken, or speech marks as lines of JSON.
import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { pollyError } from "./errors.ts";
import type { Espeak } from "./espeak.ts";
import type { Order } from "./order.ts";
import { NothingToSpeak, type Speech, type SpeechMark } from "./speech-port.ts";

/** Words of an alias are one. No mark ends in a tag, and the value of each is what stands in the text. */
async function* placed(marks: AsyncIterable<SpeechMark>, { text, spoken }: Order): AsyncGenerator<SpeechMark> {
  const source = Buffer.from(text);
  let last = -1;
  for await (const mark of marks) {
    if (mark.type === "viseme" || mark.type === "ssml") {
      yield mark;
      continue;
    }
    const { type, start } = mark;
    const alias = type === "word" ? spoken.aliases.get(start) : undefined;
    const end = alias ?? spoken.gaps.get(mark.end) ?? mark.end;
    if (alias === undefined || start !== last) yield { ...mark, end, value: source.toString("utf8", start, end) };
    if (type === "word") last = start;
  }
}

/** What aws-sdk-js#1683 saw of Polly: a word's last character is lost when it has several bytes. */
const cutLastCharacter = (mark: SpeechMark): SpeechMark => {
  const last = mark.type === "word" ? (Array.from(mark.value).at(-1) ?? "") : "";
  const bytes = Buffer.byteLength(last);
  if (mark.type !== "word" || bytes < 2) return mark;
  return { ...mark, end: mark.end - bytes + 1, value: mark.value.slice(0, -last.length) };
};

async function* lines(marks: AsyncIterable<SpeechMark>, cut: boolean): AsyncGenerator<Uint8Array> {
  for await (const mark of marks) yield Buffer.from(`${JSON.stringify(cut ? cutLastCharacter(mark) : mark)}\n`);
}

export interface Voices {
  readonly speech: () => Promise<Speech>;
  /** When it is installed. */
  readonly espeak: Espeak | undefined;
}

export interface SpeakOptions {
  /** Cuts the last character of words, as a fault. */
  readonly cutMultibyte: boolean;
  readonly signal: AbortSignal;
  readonly mostSeconds?: number;
}

/** The bytes in order; what cannot be spoken throws ValidationException before the first. */
export async function* speak(
  { speech, espeak }: Voices,
  order: Order,
  { cutMultibyte, ...how }: SpeakOptions,
): AsyncGenerator<Uint8Array> {
  const { voice, output } = order;
  const request = { runs: order.spoken.runs, ...how };
  try {
    if ("espeak" in voice.by) {
      if (output.kind === "audio" && espeak !== undefined)
        yield* espeak({ ...request, ...output, voice: voice.by.espeak });
    } else {
      const { audio, marks } = await speech();
      if (output.kind === "audio") yield* audio({ ...request, ...output, voice: voice.by.flite });
      else yield* lines(placed(marks({ ...request, ...output, voice: voice.by.flite }), order), cutMultibyte);
    }
  } catch (error) {
    if (!(error instanceof NothingToSpeak)) throw error;
    throw pollyError("ValidationException", "the voice finds nothing to speak in this text");
  }
}

/** A body that begins when the first bytes are there, so that a failure until then is an error and no cut answer. */
export const bodyOf = async (bytes: AsyncGenerator<Uint8Array>, onClose: () => void): Promise<Readable> => {
  const first = await bytes.next().catch((error: unknown) => {
    onClose();
    throw error;
  });
  async function* all(): AsyncGenerator<Uint8Array> {
    if (first.done !== true) yield first.value;
    yield* bytes;
  }
  return Readable.from(all(), { objectMode: false }).once("close", onClose);
};
