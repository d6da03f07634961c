// The voice behind Polly's API, loaded by the first that asks it to speak.
import type { Speech, SpeechOptions } from "./speech-port.ts";

export { NothingToSpeak } from "./speech-port.ts";
export type { AudioFormat, AudioRequest, FliteVoice, MarksRequest, MarkType, Run, Speech, SpeechMark, SpeechOptions } from "./speech-port.ts"; // prettier-ignore

/** Makes the voice; nothing is loaded or started before the first request. */
export const createSpeech = (options: SpeechOptions): Speech => {
  let voice: Promise<Speech> | undefined;
  const load = async (): Promise<Speech> => {
    const { createFliteSpeech } = await import("./flite-speech.ts");
    return createFliteSpeech(options);
  };
  return {
    audio: async function* (request) {
      yield* (await (voice ??= load())).audio(request);
    },
    marks: async function* (request) {
      yield* (await (voice ??= load())).marks(request);
    },
    close: async () => (await voice)?.close(),
  };
};
