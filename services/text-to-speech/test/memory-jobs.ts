// What a job needs of the world, in memory: and what was asked of it.
import { createLog, type Metrics } from "@warmstart/middleware";
import type { JobPorts } from "../src/speech-job.ts";
import type { Audio, Post } from "../src/post.ts";
import type { AudioStore, ChunkAbout, JobStore, Speech, SpeechPort, SpeechRequest } from "../src/ports.ts";

/** A frame of MPEG 2 layer III, 48 kbit/s, 22,050 Hz, mono: 156 bytes, 576 samples. */
const frame = (fill: number): Uint8Array => {
  const bytes = new Uint8Array(156).fill(fill);
  bytes.set([0xff, 0xf3, 0x60, 0xc4]);
  return bytes;
};

/** So many frames, which differ from those of another text. */
export const framesOf = (text: string, frames: number): Uint8Array =>
  Buffer.concat(Array.from({ length: frames }, (_, at) => frame((text.length * 7 + at) & 0x7f)));

export interface Memory {
  readonly ports: JobPorts;
  readonly post: () => Post | undefined;
  readonly audios: Map<string, Audio>;
  readonly objects: Map<string, Uint8Array>;
  /** Requests that the voice got: `mp3 2800`. */
  readonly asked: string[];
  readonly metrics: Map<string, number[]>;
  readonly budget: () => number;
  /** Most calls of the voice at once. */
  readonly atOnce: () => number;
  /** Gives the post away, as a delete does. */
  readonly remove: () => void;
}

export type Answer = (request: SpeechRequest, at: number) => Speech<Uint8Array> | Promise<Speech<Uint8Array>>;

/** One frame for each character. */
export const spoken: Answer = ({ text }) => ({
  ok: true,
  value: framesOf(text, text.length),
  billedChars: text.length,
});

const line = (time: number, start: number, end: number, value: string): string =>
  JSON.stringify({ time, type: "word", start, end, value });

/** Its first word, at 0 ms. */
const firstWord = (text: string): string => {
  const [word = ""] = /\S+/.exec(text) ?? [];
  const start = Buffer.byteLength(text.slice(0, text.indexOf(word)));
  return `${line(0, start, start + Buffer.byteLength(word), word)}\n`;
};

const jobsOf = (given: Post, audios: Map<string, Audio>) => {
  let post: Post | undefined = given;
  let spent = 0;
  let budget = given.reserve.microUsd;
  const change = (was: Post, fields: Partial<Post>): Post | undefined => {
    if (post?.version !== was.version) return undefined;
    post = { ...post, ...fields, version: post.version + 1 };
    return post;
  };
  const jobs: JobStore = {
    get: async () => post,
    lease: async (was, leaseUntil) => change(was, { status: "synthesizing", leaseUntil }),
    release: async (was) => change(was, { leaseUntil: undefined }) !== undefined,
    removed: async () => (post === undefined ? given : undefined),
    takeUnused: async ({ postHash }) => (audios.get(postHash)?.refs ?? 0) <= 0,
    audio: async ({ postHash }) => audios.get(postHash),
    spend: async (_id, chars) => void (spent += chars),
    spent: async () => spent,
    settle: async (was, done, hasAudio) => {
      const refs = audios.get(was.postHash)?.refs ?? (hasAudio ? 0 : -1);
      if (refs === 0) return "audio-gone";
      if (change(was, { status: "ready", ...done, leaseUntil: undefined }) === undefined) return "changed";
      audios.set(was.postHash, { ...done, chars: was.chars, refs: Math.max(0, refs) + 1 });
      budget += done.billedChars * 4 - was.reserve.microUsd;
      return "settled";
    },
    giveBack: async ({ reserve }) => void (budget += spent * 4 - reserve.microUsd),
    fail: async (was, error) => {
      if (change(was, { status: "failed", error, leaseUntil: undefined }) === undefined) return false;
      budget += spent * 4 - was.reserve.microUsd;
      return true;
    },
  };
  return { jobs, post: () => post, budget: () => budget, remove: () => void (post = undefined) };
};

const audioOf = (objects: Map<string, Uint8Array>): AudioStore => {
  const abouts = new Map<string, ChunkAbout>();
  const marks = new Map<string, string>();
  return {
    text: async () => "The text was too long for the table.",
    chunk: async (_owner, hash) => abouts.get(hash),
    putChunk: async (_owner, hash, about, frames) => {
      objects.set(hash, frames);
      abouts.set(hash, about);
    },
    readChunk: async (_owner, hash) => objects.get(hash) ?? new Uint8Array(),
    chunkMarks: async (_owner, hash) => marks.get(hash),
    putChunkMarks: async (_owner, hash, lines) => void marks.set(hash, lines),
    putAudio: async (_post, parts) => {
      const all = [];
      for await (const part of parts) all.push(part);
      objects.set("audio", Buffer.concat(all));
      return Buffer.concat(all).length;
    },
    putMarks: async (_post, json) => void objects.set("marks", Buffer.from(json)),
  };
};

/** A world of one post. */
export const memoryJobs = (post: Post, answer: Answer = spoken): Memory => {
  const audios = new Map<string, Audio>();
  const objects = new Map<string, Uint8Array>();
  const values = new Map<string, number[]>();
  const asked: string[] = [];
  let [running, most] = [0, 0];
  const metrics: Metrics = {
    add: (name, value) => void values.set(name, [...(values.get(name) ?? []), value]),
    by: () => metrics,
  };
  const speech: SpeechPort = {
    audio: async (request) => {
      const at = asked.push(`${request.format} ${request.text.length}`);
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return answer(request, at);
    },
    marks: async ({ text }) => {
      asked.push(`json ${text.length}`);
      return { ok: true, value: firstWord(text), billedChars: text.length };
    },
  };
  const { jobs, ...rest } = jobsOf(post, audios);
  const files = { removeAudio: async () => void objects.delete("audio") };
  const log = createLog({}, { level: "ERROR" });
  const signal = new AbortController().signal;
  const until = Date.now() + 300_000;
  const ports = { jobs, audio: audioOf(objects), speech, files, metrics, log, signal, until };
  return { ports, ...rest, audios, objects, asked, metrics: values, atOnce: () => most };
};
