// The voices of eSpeak NG without eSpeak NG, which is no dependency: what is asked of it, and what becomes of its samples.
import { expect, test } from "@jest/globals";
import { espeakWith, findEspeak } from "./espeak.ts";
import { NothingToSpeak, type Run } from "./speech-port.ts";

const RATE = 22_050;
/** Answers a tenth of a second per character, at half of the loudest. */
const samples = (text: string): Int16Array => new Int16Array((text.length * RATE) / 10).fill(16_384);
const listening = () => {
  const asked: string[] = [];
  const espeak = espeakWith({
    set_voice: (name) => void asked.push(`voice ${name}`),
    set_rate: (words) => void asked.push(`${words} words`),
    synthesize: (text, take) => {
      asked.push(text);
      take(samples(text));
      take(null); // its last word
    },
  });
  const audio = async (runs: readonly Run[], mostSeconds = 600): Promise<Buffer> => {
    const { signal } = new AbortController();
    const parts: Uint8Array[] = [];
    for await (const part of espeak({ runs, voice: "de", format: "pcm", sampleRate: 16_000, signal, mostSeconds }))
      parts.push(part);
    return Buffer.concat(parts);
  };
  return { asked, audio };
};
const speech = (text: string, more: object = {}): Run => ({ kind: "speech", text, at: 0, rate: 1, gain: 1, ...more });

test("sentences are asked one by one, at the speed and loudness of their run, with silences between", async () => {
  const { asked, audio } = listening();
  const runs = [speech("Eins. Zwei."), { kind: "silence", ms: 500 } as const, speech("drei", { rate: 2, gain: 0.5 })];
  const pcm = await audio(runs);
  expect(asked).toEqual(["voice de", "175 words", "Eins. ", "voice de", "175 words", "Zwei.", "voice de", "350 words", "drei"]); // prettier-ignore
  expect(pcm.length / 2 / 16_000).toBeCloseTo(1.1 + 0.5 + 0.4, 2);
  expect(pcm.readInt16LE(16_000)).toBeCloseTo(16_384, -2);
  expect(pcm.readInt16LE(1.35 * 32_000)).toBe(0);
  expect(pcm.readInt16LE(1.8 * 32_000)).toBeCloseTo(8_192, -2);
});

test("it ends where it is cut off, and text without a sound is none", async () => {
  const { audio } = listening();
  expect((await audio([speech("a".repeat(100))], 2)).length / 32_000).toBeCloseTo(2, 2);
  await expect(audio([speech("… !"), { kind: "silence", ms: 100 }])).rejects.toBeInstanceOf(NothingToSpeak);
});

const failing = (code: string) => async () => Promise.reject(Object.assign(new Error("Not loaded"), { code }));

test("it is there when somebody installed it, and nothing here needs it", async () => {
  expect(await findEspeak(async () => ({ default: async () => ({ eSpeakNGWorker: Map }) }))).toBeInstanceOf(Function);
  for (const code of ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"])
    expect(await findEspeak(failing(code))).toBeUndefined();
  await expect(findEspeak(failing("ERR_INVALID_PACKAGE_CONFIG"))).rejects.toThrow("Not loaded");
});
