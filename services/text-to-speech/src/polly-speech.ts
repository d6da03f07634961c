// Polly's voice, and what of its refusals is for good.
import {
  PollyClient,
  PollyServiceException,
  SynthesizeSpeechCommand,
  type SynthesizeSpeechCommandInput,
} from "@aws-sdk/client-polly";
import type { Speech, SpeechPort, SpeechRequest } from "./ports.ts";

/** The same request would meet them again: https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html */
const PERMANENT: ReadonlySet<string> = new Set([
  "EngineNotSupportedException",
  "InvalidSampleRateException",
  "InvalidSsmlException",
  "LanguageNotSupportedException",
  "LexiconNotFoundException",
  "MarksNotSupportedForFormatException",
  "SsmlMarksNotSupportedForTextTypeException",
  "TextLengthExceededException",
  "ValidationException",
]);
/** With HTTP 400, not 429. */
const THROTTLED = "ThrottlingException";

const FORMATS = { mp3: "mp3", ogg: "ogg_vorbis" } as const;

/** `LexiconNotFoundException` -> `lexicon-not-found`. */
const codeOf = (name: string): string =>
  name
    .replace(/Exception$/, "")
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-")
    .toLowerCase();

/** What Polly says of the request; when it says nothing, nobody knows whether it is billed, and that is thrown on. */
const failureOf = (error: unknown): Extract<Speech<never>, { ok: false }> => {
  if (!(error instanceof PollyServiceException)) throw error;
  const { name, message } = error;
  const permanent = PERMANENT.has(name);
  const outage = permanent || name === THROTTLED ? undefined : error;
  return { ok: false, permanent, outage, error: { code: codeOf(name), detail: message } };
};

const inputOf = ({ text, textType, voice, engine, language, lexicons }: SpeechRequest) =>
  ({
    Text: text,
    TextType: textType,
    // As Polly's own list of voices wrote them.
    VoiceId: voice as SynthesizeSpeechCommandInput["VoiceId"],
    Engine: engine,
    LanguageCode: language as SynthesizeSpeechCommandInput["LanguageCode"],
    LexiconNames: lexicons.map(({ name }) => name),
  }) satisfies Partial<SynthesizeSpeechCommandInput>;

const pollySpeech = (polly: PollyClient): SpeechPort => {
  const speak = async (input: SynthesizeSpeechCommandInput, abortSignal: AbortSignal): Promise<Speech<Uint8Array>> => {
    try {
      const { AudioStream, RequestCharacters = 0 } = await polly.send(new SynthesizeSpeechCommand(input), {
        abortSignal,
      });
      const value = (await AudioStream?.transformToByteArray()) ?? new Uint8Array();
      abortSignal.throwIfAborted(); // the SDK ends the stream then, as if that were all
      return { ok: true, value, billedChars: RequestCharacters };
    } catch (error) {
      return failureOf(error);
    }
  };

  return {
    audio: (request, signal) => {
      const { format, sampleRate } = request;
      return speak({ ...inputOf(request), OutputFormat: FORMATS[format], SampleRate: String(sampleRate) }, signal);
    },

    async marks(request, signal) {
      const types = ["sentence", "word"] as const;
      const SpeechMarkTypes = request.textType === "ssml" ? [...types, "ssml" as const] : [...types];
      const answer = await speak({ ...inputOf(request), OutputFormat: "json", SpeechMarkTypes }, signal);
      return answer.ok ? { ...answer, value: Buffer.from(answer.value).toString() } : answer;
    },
  };
};

/** A client for one piece of work: how fast it may ask it learns anew, because others have asked in between. */
export const withPolly = async <T>(work: (speech: SpeechPort) => Promise<T>): Promise<T> => {
  const polly = new PollyClient({ retryMode: "adaptive", maxAttempts: 5 });
  try {
    return await work(pollySpeech(polly));
  } finally {
    polly.destroy();
  }
};
