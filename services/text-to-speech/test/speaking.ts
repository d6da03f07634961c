// What speaking a post came to, seen from outside: Polly's calls, the bill, the audio.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestRecord, TestUser } from "@warmstart/testing";
import type { Post } from "../src/post.ts";
import type { PostView } from "../src/post-schemas.ts";
import type { Tts } from "./open-tts.ts";

export interface PollyCall extends Omit<RequestRecord, "facts"> {
  readonly facts?: { readonly characters: number; readonly format: string };
}

/** Those that were answered with speech, oldest first. */
export const pollyCalls = async ({ cloud }: Pick<Tts, "cloud">): Promise<readonly PollyCall[]> => {
  const calls = await cloud.requests({ service: "polly", action: "SynthesizeSpeech" });
  return calls.filter(({ status }) => status === 200) as unknown as readonly PollyCall[]; // its facts, as Polly notes them
};

/** What was billed by Polly in an act. */
export const billedBy = async (it: Pick<Tts, "cloud">, act: () => Promise<unknown>): Promise<readonly number[]> => {
  const before = (await pollyCalls(it)).length;
  await act();
  return (await pollyCalls(it)).slice(before).map(({ facts }) => facts?.characters ?? 0);
};

/** Of all days together: what was reserved and billed, less what was given back. */
export const budgetOf = async (
  it: Pick<Tts, "itemsOf">,
): Promise<{ readonly chars: number; readonly microUsd: number }> => {
  const days = await it.itemsOf("BUDGET");
  const sum = (name: string): number => days.reduce((total, day) => total + Number(day[name]), 0);
  return { chars: sum("chars"), microUsd: sum("microUsd") };
};

/** Where each post of a person stands: `ready`, `failed: gave-up`. */
export const statesOf = async (it: Pick<Tts, "itemsOf">, { id }: TestUser): Promise<readonly string[]> => {
  const posts = (await it.itemsOf("POST")) as unknown as readonly Post[]; // those that have an owner, as stored
  return posts
    .filter(({ owner, status }) => owner === id && status !== undefined)
    .map(({ status, error }) => (error === undefined ? status : `${status}: ${error.code}`));
};

/** Puts the message of a post into the queue once more. */
export const sendAgain = async ({ cloud, app }: Pick<Tts, "cloud" | "app">, id: string): Promise<void> => {
  const QueueUrl = app.outputs["SpeakQueueUrl"];
  await cloud.call("sqs", "AmazonSQS.SendMessage", { QueueUrl, MessageBody: JSON.stringify({ id }) });
};

/** Minutes of audio take their time to be made. */
const IDLE_MS = 150_000;

/** A post that was spoken, or failed. */
export const spokenPost = async (it: Tts, who: TestUser, body: object): Promise<PostView> => {
  const { id } = await it.accepted(who, body);
  await it.cloud.ask("POST", "/idle", { limitMs: IDLE_MS });
  return it.view(who, id);
};

export const audioOf = async ({ audioUrl = "" }: PostView): Promise<Buffer> => {
  const answer = await fetch(audioUrl);
  if (!answer.ok) throw new Error(await answer.text());
  return Buffer.from(await answer.arrayBuffer());
};

const there = (program: string): boolean => spawnSync(program, ["-version"]).status === 0;
export const hasFfmpeg: boolean = there("ffmpeg") && there("ffprobe");

export interface Decoded {
  readonly headerMs: number;
  readonly decodedMs: number;
  /** Of samples from -1 to 1: how loud it is. */
  readonly rms: number;
  readonly warnings: string;
}

const rmsOf = (pcm: Buffer): number => {
  let squares = 0;
  for (let at = 0; at + 1 < pcm.length; at += 2) squares += (pcm.readInt16LE(at) / 32_768) ** 2;
  return Math.sqrt(squares / (pcm.length / 2));
};

/** What ffmpeg makes of it: the length its header tells, the length that is decoded, and what it complains of. */
export const decode = (audio: Buffer): Decoded => {
  const folder = mkdtempSync(join(tmpdir(), "tts-"));
  try {
    const file = join(folder, "audio.mp3");
    writeFileSync(file, audio);
    const entries = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file];
    const headerMs = Number(execFileSync("ffprobe", entries, { encoding: "utf8" })) * 1000;
    const { stdout, stderr } = spawnSync("ffmpeg", ["-v", "warning", "-i", file, "-f", "s16le", "-ar", "22050", "-"], {
      maxBuffer: 1e9,
    });
    return { headerMs, decodedMs: stdout.length / 2 / 22.05, rms: rmsOf(stdout), warnings: stderr.toString() };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
