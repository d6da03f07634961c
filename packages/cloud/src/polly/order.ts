// What a request orders: text, voice and format, checked one after the other as AWS does.
import * as v from "valibot";
import { pollyError } from "./errors.ts";
import { applyLexicons, type Lexicon, speaks } from "./lexicon.ts";
import { LIMITS } from "./limits.ts";
import type { AudioFormat, MarkType } from "./speech-port.ts";
import { plain, readSsml, type Spoken } from "./ssml.ts";
import { type Engine, ENGINES, type Voice, voiceOf } from "./voices.ts";

export const lexiconName = v.pipe(v.string(), v.regex(/^[0-9A-Za-z]{1,20}$/));

export const orderEntries = {
  Engine: v.optional(v.picklist(ENGINES), "standard"),
  LanguageCode: v.optional(v.string()),
  LexiconNames: v.optional(v.pipe(v.array(lexiconName), v.maxLength(LIMITS.lexiconsPerCall)), []),
  OutputFormat: v.picklist(["mp3", "ogg_vorbis", "pcm", "json", "ogg_opus", "mulaw", "alaw"]),
  SampleRate: v.optional(v.string()),
  SpeechMarkTypes: v.optional(v.pipe(v.array(v.picklist(["sentence", "ssml", "viseme", "word"])), v.maxLength(4)), []),
  Text: v.string(),
  TextType: v.optional(v.picklist(["text", "ssml"]), "text"),
  VoiceId: v.string(),
};

const orderSchema = v.object(orderEntries);
export type OrderInput = v.InferOutput<typeof orderSchema>;

export interface Order {
  readonly text: string;
  readonly spoken: Spoken;
  readonly voice: Voice;
  readonly engine: Engine;
  readonly output:
    | { readonly kind: "audio"; readonly format: AudioFormat; readonly sampleRate: number }
    | { readonly kind: "marks"; readonly types: readonly MarkType[] };
}

interface Format {
  readonly contentType: string;
  /** Of objects that tasks write. */
  readonly extension: string;
  readonly rates: readonly number[];
}

const COMPRESSED = [8_000, 16_000, 22_050, 24_000];
const FORMATS: Readonly<Record<string, Format>> = {
  mp3: { contentType: "audio/mpeg", extension: "mp3", rates: COMPRESSED },
  ogg_vorbis: { contentType: "audio/ogg", extension: "ogg", rates: COMPRESSED },
  pcm: { contentType: "audio/pcm", extension: "pcm", rates: [8_000, 16_000] },
  json: { contentType: "application/x-json-stream", extension: "marks", rates: COMPRESSED },
};

export const formatOf = (name: OrderInput["OutputFormat"]): Format => {
  const format = FORMATS[name];
  if (format !== undefined) return format;
  throw pollyError("ValidationException", `${name} is not available locally; mp3, ogg_vorbis, pcm and json are`);
};

/** The usual one is that of the engine; pcm has 16 kHz. */
const sampleRateOf = ({ OutputFormat, SampleRate, Engine: engine }: OrderInput): number => {
  const usual = OutputFormat === "pcm" ? 16_000 : engine === "standard" ? 22_050 : 24_000;
  const rate = SampleRate === undefined ? usual : Number(SampleRate);
  if (formatOf(OutputFormat).rates.includes(rate)) return rate;
  throw pollyError("InvalidSampleRateException");
};

const outputOf = (input: OrderInput, sampleRate: number): Order["output"] => {
  const { OutputFormat: format, SpeechMarkTypes: types, TextType, Engine: engine } = input;
  if (format === "mp3" || format === "ogg_vorbis" || format === "pcm") {
    if (types.length > 0) throw pollyError("MarksNotSupportedForFormatException");
    return { kind: "audio", format, sampleRate };
  }
  if (types.length === 0) throw pollyError("ValidationException", "json needs SpeechMarkTypes");
  if (types.includes("ssml") && TextType === "text") throw pollyError("SsmlMarksNotSupportedForTextTypeException");
  if (engine === "generative") throw pollyError("ValidationException", "generative voices have no speech marks");
  return { kind: "marks", types };
};

/** Throws the first of Polly's errors that applies. */
export const readOrder = (
  input: OrderInput,
  limits: { readonly billed: number; readonly total: number },
  { lexiconOf, voices }: { readonly lexiconOf: (name: string) => Lexicon; readonly voices: readonly Voice[] },
): Order => {
  const { Text: text, TextType, VoiceId, Engine: engine, LanguageCode } = input;
  if (text.length > limits.total) throw pollyError("TextLengthExceededException");
  const spoken = TextType === "ssml" ? readSsml(text, engine) : plain(text);
  if (spoken.chars > limits.billed) throw pollyError("TextLengthExceededException");
  const lexicons = input.LexiconNames.map(lexiconOf);
  const voice = voiceOf(VoiceId, voices);
  if (!voice.SupportedEngines.includes(engine)) throw pollyError("EngineNotSupportedException", engine);
  if ((LanguageCode ?? voice.LanguageCode) !== voice.LanguageCode)
    throw pollyError("LanguageNotSupportedException", `${VoiceId} speaks ${voice.LanguageCode} here`);
  const output = outputOf(input, sampleRateOf(input));
  if (output.kind === "marks" && "espeak" in voice.by)
    throw pollyError("ValidationException", "English voices alone have speech marks here");
  const own = lexicons.filter((lexicon) => speaks(lexicon, voice.LanguageCode));
  return { text, spoken: applyLexicons(spoken, own), voice, engine, output };
};
