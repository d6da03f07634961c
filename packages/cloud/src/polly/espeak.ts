// Voices of other languages, for whoever installs eSpeak NG by hand. Its licence is the GPL: nothing here depends on it, it
// is in no lock file and no zip, and only looked for when Polly is first called.
import { type AudioRequest, NothingToSpeak, type Run } from "./speech-port.ts";

/** A variable, so that neither bundler nor type checker looks for it. */
const PACKAGE: string = "@echogarden/espeak-ng-emscripten";
const SAMPLE_RATE = 22_050;
const WORDS_PER_MINUTE = 175;

interface Worker {
  readonly set_voice: (name: string) => void;
  readonly set_rate: (wordsPerMinute: number) => void;
  readonly synthesize: (text: string, take: (samples: Int16Array | null) => boolean) => void;
}

export interface EspeakRequest extends Omit<AudioRequest, "voice"> {
  /** As eSpeak names languages: `de`, `pt-br`. */
  readonly voice: string;
}

export type Espeak = (request: EspeakRequest) => AsyncIterable<Uint8Array>;

const sentences = new Intl.Segmenter("und", { granularity: "sentence" });

/** What is heard, a sentence at a time: it is spoken on the cloud's own thread. */
async function* heard(worker: Worker, runs: readonly Run[], voice: string): AsyncGenerator<Float32Array> {
  for (const run of runs) {
    if (run.kind === "silence") yield new Float32Array(Math.round((run.ms / 1_000) * SAMPLE_RATE));
    if (run.kind !== "speech") continue;
    for (const { segment } of sentences.segment(run.text)) {
      const samples: number[] = [];
      worker.set_voice(voice);
      worker.set_rate(Math.round(WORDS_PER_MINUTE * run.rate));
      worker.synthesize(segment, (some) => {
        for (const sample of some ?? []) samples.push((sample / 32_768) * run.gain);
        return false; // go on
      });
      yield Float32Array.from(samples);
    }
  }
}

/** Speaks with this worker. */
export const espeakWith = (worker: Worker): Espeak =>
  async function* audio({ runs, voice, ...format }) {
    if (!runs.some((run) => run.kind === "speech" && /[\p{L}\p{N}]/u.test(run.text))) throw new NothingToSpeak();
    const { encoded } = await import("./audio/encode.ts");
    yield* encoded(heard(worker, runs, voice), { ...format, from: SAMPLE_RATE });
  };

/** Undefined when it is not installed. */
export const findEspeak = async (
  find: () => Promise<unknown> = async () => import(PACKAGE),
): Promise<Espeak | undefined> => {
  try {
    const { default: load } = (await find()) as {
      default: () => Promise<{ eSpeakNGWorker: new () => Worker }>;
    }; // what 0.3.5 exports
    const { eSpeakNGWorker } = await load();
    return espeakWith(new eSpeakNGWorker());
  } catch (error) {
    if (/MODULE_NOT_FOUND/.test(String((error as NodeJS.ErrnoException).code))) return undefined; // Node's or a test runner's
    throw error;
  }
};
