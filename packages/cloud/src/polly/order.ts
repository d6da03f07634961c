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

/** Of objects that tasks write, the extension too. */
export const formatOf = (format: OrderInput["OutputFormat"]): { contentType: string; extension: string } => {
  switch (format) {
    case "mp3":
      return { contentType: "audio/mpeg", extension: "mp3" };
    case "ogg_vorbis":
      return { contentType: "audio/ogg", extension: "ogg" };
    case "json":
      return { contentType: "application/x-json-stream", extension: "marks" };
    default:
      return { contentType: "audio/pcm", extension: "pcm" };
  }
};

const RATES: Readonly<Record<string, readonly number[]>> = {
  mp3: [8_000, 16_000, 22_050, 24_000],
  ogg_vorbis: [8_000, 16_000, 22_050, 24_000],
  pcm: [8_000, 16_000],
};

/** The usual one is that of the engine; pcm has 16 kHz. */
const sampleRateOf = ({ OutputFormat, SampleRate, Engine: engine }: OrderInput): number => {
  const usual = OutputFormat === "pcm" ? 16_000 : engine === "standard" ? 22_050 : 24_000;
  const rate = SampleRate === undefined ? usual : Number(SampleRate);
  if ((RATES[OutputFormat] ?? RATES["mp3"])?.includes(rate)) return rate;
  throw pollyError("InvalidSampleRateException");
};

const outputOf = (input: OrderInput, sampleRate: number): Order["output"] => {
  const { OutputFormat: format, SpeechMarkTypes: types, TextType, Engine: engine } = input;
  if (format !== "json") {
    if (types.length > 0) throw pollyError("MarksNotSupportedForFormatException");
    if (format === "mp3" || format === "ogg_vorbis" || format === "pcm") return { kind: "audio", format, sampleRate };
    throw pollyError("ValidationException", `${format} is not available locally; mp3, ogg_vorbis and pcm are`);
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
