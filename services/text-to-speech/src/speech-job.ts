// What one message of the queue is for: a post, spoken, joined, stored and settled. Whoever does it, and how often: the
// same bytes, and one bill.
import type { Log } from "@warmstart/middleware";
import * as v from "valibot";
import { readMarks } from "./marks.ts";
import { durationMs, infoFrame } from "./mp3-join.ts";
import { planSpeech } from "./plan.ts";
import { type Audio, type Post, PostId } from "./post.ts";
import type { JobStore, PostFiles, Spoken } from "./ports.ts";
import { type Part, speakChunks, type SpeakPorts, Throttled, Unspeakable } from "./speak-chunks.ts";

/** What is announced of a new post. */
export const NewPostNote = v.strictObject({ id: PostId });

export interface JobPorts extends SpeakPorts {
  readonly jobs: JobStore;
  readonly files: Pick<PostFiles, "removeAudio">;
  readonly log: Log;
  /** The end of this invocation, ms since 1970. */
  readonly until: number;
}

/** `returnAt`: when the message is to come again, ms since 1970. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly returnAt: number };

const DONE: Outcome = { done: true };

/** 30 to 120 s, so that those who were throttled together do not come back together. */
const jittered = (): number => Date.now() + 30_000 + Math.random() * 90_000;

/** Header first: what it tells of the chunks is known before one of them is read. */
async function* joined({ audio }: SpeakPorts, post: Post, parts: readonly Part[]): AsyncGenerator<Uint8Array> {
  if (post.format === "mp3") yield infoFrame(parts.map(({ about }) => about));
  for (const { chunk } of parts) yield await audio.readChunk(post.owner, chunk.hash);
}

const storeMarks = async ({ audio, metrics }: SpeakPorts, post: Post, parts: readonly Part[]): Promise<void> => {
  const content = post.content ?? "";
  const read = parts.map(({ chunk, lines }, at) =>
    readMarks(lines, chunk, content, durationMs(parts.slice(0, at).map(({ about }) => about))),
  );
  const dropped = read.reduce((sum, each) => sum + each.dropped, 0);
  if (dropped > 0) metrics.add("marks_dropped", dropped);
  await audio.putMarks(post, JSON.stringify(read.flatMap(({ marks }) => marks)));
};

/** Its audio and marks in the bucket; what is in the cache is not bought again. */
const speak = async (ports: JobPorts, leased: Post): Promise<Spoken> => {
  const { jobs, audio, metrics } = ports;
  const content = leased.content ?? (await audio.text(leased.id));
  const post = { ...leased, content };
  const { chunks } = planSpeech(post);
  metrics.add("chunks", chunks.length);
  const parts = await speakChunks(ports, post, chunks);
  if (parts.length === 0) throw new Unspeakable("no-audio", "There is nothing in it that can be heard");
  if (post.format === "ogg" && parts.length > 1)
    throw new Unspeakable("format", "Ogg of a text this long cannot be joined: use mp3");
  if (post.marks) await storeMarks(ports, post, parts);
  const bytes = await audio.putAudio(post, joined(ports, post, parts));
  const abouts = parts.map(({ about }) => about);
  const billedChars = await jobs.spent(post.id);
  const chars = abouts.reduce((sum, about) => sum + about.chars, 0) * (post.marks ? 2 : 1);
  const cachedChars = Math.max(0, chars - billedChars);
  return { durationMs: Math.round(durationMs(abouts)), bytes, billedChars, cachedChars };
};

const borrow = async ({ jobs }: JobPorts, { id }: Post, { durationMs, bytes, chars }: Audio): Promise<Spoken> => {
  const billedChars = await jobs.spent(id); // by a delivery that was cut off
  return { durationMs, bytes, billedChars, cachedChars: Math.max(0, chars - billedChars) };
};

/** What was stored for a post that was deleted meanwhile goes too, unless another one has it. */
const clear = async ({ jobs, files }: JobPorts, id: PostId): Promise<void> => {
  const removed = await jobs.removed(id);
  if (removed !== undefined && (await jobs.takeUnused(removed))) await files.removeAudio(removed);
};

/** For whoever has the post while it is deleted. What may fail and be done again is before what is done once. */
const end = async (ports: JobPorts, post: Post): Promise<void> => {
  if ((await ports.jobs.get(post.id)) !== undefined) return;
  await clear(ports, post.id);
  await ports.jobs.giveBack(post);
};

const later = async (ports: JobPorts, post: Post): Promise<Outcome> => {
  if (!(await ports.jobs.release(post))) await end(ports, post);
  return { done: false, returnAt: jittered() };
};

const work = async (ports: JobPorts, post: Post): Promise<Outcome> => {
  const { jobs, metrics } = ports;
  const there = await jobs.audio(post);
  // Its last post is being deleted, and the objects with it.
  if (there?.refs === 0) return later(ports, post);
  // Another post with the same content may have been ready first.
  const spoken = await (there === undefined ? speak(ports, post) : borrow(ports, post, there));
  const outcome = await jobs.settle(post, spoken, there !== undefined);
  switch (outcome) {
    case "settled":
      metrics.add("billed_chars", spoken.billedChars);
      metrics.add("cached_chars", spoken.cachedChars);
      metrics.add("time_to_ready_ms", Date.now() - Date.parse(post.created), "Milliseconds");
      return DONE;
    case "changed":
      await end(ports, post);
      return DONE;
    case "audio-gone":
      return later(ports, post);
    default:
      return outcome satisfies never;
  }
};

/** Ends a post that cannot be spoken. */
const giveUp = async (ports: JobPorts, post: Post, { error }: Unspeakable): Promise<Outcome> => {
  const { jobs, metrics, log } = ports;
  if (await jobs.fail(post, error)) metrics.add("posts_failed", 1);
  else await end(ports, post);
  log.warn("post failed", { id: post.id, code: error.code });
  return DONE;
};

/** Speaks a post that waits for it. Throws when nobody knows why it did not work: the queue then brings it again. */
export const speakPost = async (ports: JobPorts, id: PostId): Promise<Outcome> => {
  const { jobs, metrics, log, until } = ports;
  const found = await jobs.get(id);
  if (found === undefined) await clear(ports, id);
  if (found === undefined || found.status === "ready" || found.status === "failed") return DONE;
  const { leaseUntil = 0 } = found;
  if (leaseUntil > Date.now()) return { done: false, returnAt: leaseUntil };
  const post = await jobs.lease(found, until);
  if (post === undefined) return speakPost(ports, id); // changed just now
  try {
    return await work(ports, post);
  } catch (error) {
    if (error instanceof Unspeakable) return giveUp(ports, post, error);
    const outcome = await later(ports, post);
    if (!(error instanceof Throttled)) throw error;
    metrics.add("throttles", 1);
    log.warn("Polly is asked for too much at once", { id });
    return outcome;
  }
};

/** Ends a post whose message came too often. Throws while a delivery of it is still at work. */
export const failPost = async (
  { jobs, metrics }: Pick<JobPorts, "jobs" | "metrics">,
  id: PostId,
  receives: number,
): Promise<void> => {
  const post = await jobs.get(id);
  if (post === undefined || post.status === "ready" || post.status === "failed") return;
  const isAtWork = (post.leaseUntil ?? 0) > Date.now();
  const error = { code: "gave-up", detail: `It could not be spoken in ${receives} attempts` };
  if (isAtWork || !(await jobs.fail(post, error))) throw new Error(`Post ${id} is being worked on`);
  metrics.add("posts_failed", 1);
};
