import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { adminClient, send, type TestUser } from "@warmstart/testing";
import { serviceFolder } from "../repository.ts";
import { type Frames, loudnessLine } from "./loudness.ts";
import { signUps } from "./people.ts";
import { check, type Demo, type DemoContext, say, step, until } from "./steps.ts";

interface Accepted {
  readonly id: string;
  readonly status: string;
  readonly estimate: { readonly chars: number; readonly costUsd: number };
}

interface Post {
  readonly id: string;
  readonly status: string;
  readonly durationMs: number;
  readonly bytes: number;
  readonly billedChars: number;
  readonly cachedChars: number;
  readonly audioUrl: string;
  readonly marksUrl: string;
}

interface Mark {
  readonly time: number;
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

interface Mp3 extends Frames {
  readonly frames: number;
  readonly samplesPerFrame: number;
  readonly sampleRate: number;
}

/** A call of Polly as the cloud's log has it: never the text. */
interface Call {
  readonly status: number;
  readonly facts?: { readonly characters: number };
}

const PARAGRAPHS = [
  "The ferry leaves at 6:40, whatever the weather. Its captain, Mrs. Øberg, has not missed a morning in nineteen years.",
  "On board there are two dogs, a piano, and forty crates of oranges. “The piano stays on the island,” says the captain.",
  "By noon the fog is gone, and the café on the pier puts its chairs outside.",
];
const EDITED =
  "On board there are three dogs and a piano. Nobody knows who ate the oranges, but everybody has an idea.";
const WIDTH = 76;
const TIMES_BILLED = 2; // the marks are billed once more

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const dollars = (usd: number): string => `$${usd.toFixed(6)}`;

const ask = ({ accessToken }: TestUser, method: string, url: string, body?: object) =>
  send(method, url, { headers: { authorization: `Bearer ${accessToken}` }, ...(body !== undefined && { body }) });

const speak = async ({ url }: DemoContext, who: TestUser, paragraphs: readonly string[]): Promise<[Accepted, Post]> => {
  const body = { title: "The ferry", text: paragraphs.join("\n\n"), marks: true };
  const answer = await ask(who, "POST", `${url}/posts`, body);
  check(answer.status === 202 || answer.status === 200, "200 or 202 for the post", answer.text);
  const accepted = answer.json as Accepted; // checked by its status
  const look = async (): Promise<Post> => (await ask(who, "GET", `${url}/posts/${accepted.id}`)).json as Post; // the API's schema
  const post = await until("the audio", look, ({ status }) => status === "ready" || status === "failed");
  check(post.status === "ready", "a post that is ready", post);
  return [accepted, post];
};

/** The characters of each call of Polly that an act takes. */
const boughtBy = async <T>({ endpoint }: DemoContext, act: () => Promise<T>): Promise<[T, readonly number[]]> => {
  const admin = adminClient(endpoint, Date.now);
  const calls = async (): Promise<readonly Call[]> => {
    const path = "/requests?service=polly&action=SynthesizeSpeech";
    return (await admin.ask<{ requests: readonly Call[] }>("GET", path)).requests.filter(
      ({ status }) => status === 200,
    );
  };
  const before = (await calls()).length;
  const result = await act();
  return [result, (await calls()).slice(before).map(({ facts }) => facts?.characters ?? 0)];
};

const showAudio = async ({ durationMs, bytes, audioUrl }: Post): Promise<void> => {
  const file = Buffer.from(await (await fetch(audioUrl)).arrayBuffer());
  check(file.length === bytes, `${bytes} bytes`, file.length);
  const path = join(mkdtempSync(join(tmpdir(), "warmstart-text-to-speech-")), "the-ferry.mp3");
  writeFileSync(path, file);
  const joiner = pathToFileURL(join(serviceFolder("text-to-speech"), "src/mp3-join.ts")).href;
  const { readFrames } = (await import(joiner)) as { readFrames: (file: Uint8Array) => Mp3 };
  const mp3 = readFrames(file);
  const heardMs = (mp3.frames * mp3.samplesPerFrame * 1000) / mp3.sampleRate;
  check(Math.abs(heardMs - durationMs) < 1, `${durationMs} ms of frames`, heardMs);
  step("audio, as long as its frames", `${seconds(durationMs)}, ${Math.round(bytes / 1024)} KB  ${path}`);
  say(`\n    ${loudnessLine(mp3, WIDTH)}\n`);
};

const showMarks = async ({ marksUrl, durationMs }: Post, text: string): Promise<void> => {
  const marks = (await (await fetch(marksUrl)).json()) as readonly Mark[]; // as the service stores them
  const words = marks.filter(({ type }) => type === "word");
  const wrong = marks.filter(({ start, end, value }) => text.slice(start, end) !== value);
  check(words.length > 50 && wrong.length === 0, "marks that are where their words are", wrong);
  const isInOrder = words.every(({ time }, at) => time >= (words[at - 1]?.time ?? 0) && time < durationMs);
  check(isInOrder, "words in their order, before the end", words);
  const first = words.slice(0, 8).map(({ time, value }) => `${value} ${seconds(time)}`);
  step(`${words.length} words with their times`, `${first.join(", ")} …`);
};

/** Three paragraphs are spoken; one of them is changed, and that one alone is paid; the same again costs nothing. */
export const textToSpeech: Demo = async (context) => {
  const ann = await (await signUps(context))("ann");
  step("signed up", ann.email);
  const [[accepted, post], calls] = await boughtBy(context, () => speak(context, ann, PARAGRAPHS));
  const { chars, costUsd } = accepted.estimate;
  step("three paragraphs, to be spoken", `at most ${chars} characters, ${dollars(costUsd)}`);
  check(calls.length === PARAGRAPHS.length * TIMES_BILLED, "two calls of Polly for each paragraph", calls);
  step("ready", `${post.billedChars} characters billed in ${calls.length} calls of Polly`);
  await showAudio(post);
  await showMarks(post, PARAGRAPHS.join("\n\n"));

  const edited = PARAGRAPHS.with(1, EDITED);
  const [[, second], bought] = await boughtBy(context, () => speak(context, ann, edited));
  check(String(bought) === String([EDITED.length, EDITED.length]), "only the edited paragraph's characters", bought);
  check(second.billedChars === EDITED.length * TIMES_BILLED, `${EDITED.length * TIMES_BILLED} characters`, second);
  step("one of them edited", `${second.billedChars} characters billed, ${second.cachedChars} spoken before`);

  const [[again, third], nothing] = await boughtBy(context, () => speak(context, ann, edited));
  check(again.status === "ready" && again.estimate.costUsd === 0, "ready at once, for nothing", again);
  check(nothing.length === 0 && third.billedChars === 0, "no call of Polly", nothing);
  step("the same once more", `ready at once, ${third.billedChars} characters billed, no call of Polly`);

  const refused = await ask(ann, "POST", `${context.url}/posts`, { title: "Hm", text: "…!!!" });
  check(refused.status === 422, "422 for a text without a letter", refused.text);
  step("a text without a letter", `422 ${(refused.json as { code: string }).code}`);
  step("the page", `${context.url}/  ${ann.email}  ${ann.password}`);
};
