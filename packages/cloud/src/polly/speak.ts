// The bytes that answer an order: audio as it is spoken, or speech marks as lines of JSON.
import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { pollyError } from "./errors.ts";
import type { Order } from "./order.ts";
import { NothingToSpeak, type Speech, type SpeechMark } from "./speech-port.ts";

/** Words of an alias are one: what stands in the text. No mark ends in a tag. */
async function* placed(marks: AsyncIterable<SpeechMark>, { text, spoken }: Order): AsyncGenerator<SpeechMark> {
  const source = Buffer.from(text);
  let last = -1;
  for await (const mark of marks) {
    if (mark.type === "viseme" || mark.type === "ssml") {
      yield mark;
      continue;
    }
    const alias = mark.type === "word" ? spoken.aliases.get(mark.start) : undefined;
    if (alias === undefined) yield { ...mark, end: spoken.gaps.get(mark.end) ?? mark.end };
    else if (mark.start !== last) yield { ...mark, end: alias, value: source.toString("utf8", mark.start, alias) };
    if (mark.type === "word") last = mark.start;
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

export interface SpeakOptions {
  /** Cuts the last character of words, as a fault. */
  readonly cutMultibyte: boolean;
  readonly signal: AbortSignal;
}

/** The bytes in order; what cannot be spoken throws before the first. */
export const speak = (
  speech: Speech,
  order: Order,
  { cutMultibyte, signal }: SpeakOptions,
): AsyncIterable<Uint8Array> => {
  const { spoken, voice, output } = order;
  const request = { runs: spoken.runs, voice: voice.flite, signal };
  if (output.kind === "marks")
    return lines(placed(speech.marks({ ...request, types: output.types }), order), cutMultibyte);
  return speech.audio({ ...request, format: output.format, sampleRate: output.sampleRate });
};

/** A body that begins when the first bytes are there, so that a failure until then is an error and no cut answer. */
export const bodyOf = async (bytes: AsyncIterable<Uint8Array>, onClose: () => void): Promise<Readable> => {
  const iterator = bytes[Symbol.asyncIterator]();
  const first = await iterator.next().catch((error: unknown) => {
    onClose();
    if (error instanceof NothingToSpeak)
      throw pollyError("ValidationException", "the voices here find nothing to speak in this text; they speak English");
    throw error;
  });
  async function* all(): AsyncGenerator<Uint8Array> {
    for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
  }
  return Readable.from(all(), { objectMode: false }).once("close", onClose);
};
