// A post: a text that is to be spoken, and what has become of it.
import * as v from "valibot";

export const PostId = v.pipe(v.string(), v.regex(/^pst_[0-9A-HJKMNP-TV-Z]{26}$/), v.brand("PostId"));
export type PostId = v.InferOutput<typeof PostId>;

/** Hex of SHA-256. */
export type Hash = string;

export const ENGINES = ["standard", "neural", "long-form", "generative"] as const;
export const Engine = v.picklist(ENGINES);
export type Engine = v.InferOutput<typeof Engine>;

export const Format = v.picklist(["mp3", "ogg"]);
export type Format = v.InferOutput<typeof Format>;

export type TextType = "text" | "ssml";

/** `queued -> synthesizing -> ready | failed`; every change is conditional on `version`. */
export const Status = v.picklist(["queued", "synthesizing", "ready", "failed"]);
export type Status = v.InferOutput<typeof Status>;

/** How a text is to be spoken: all that Polly is told besides the text. */
export interface Voicing {
  readonly voice: string;
  readonly engine: Engine;
  /** Of the voice, or another one that it speaks: `en-US`. */
  readonly language: string;
  readonly format: Format;
  /** In Hz. */
  readonly sampleRate: number;
  readonly lexicons: readonly { readonly name: string; readonly hash: Hash }[];
}

/** Why a post failed; the detail is for its owner. */
export interface PostError {
  readonly code: string;
  readonly detail: string;
}

/** As it is stored. Instants are ISO 8601 in UTC. */
export interface Post extends Voicing {
  readonly id: PostId;
  readonly owner: string;
  readonly title: string;
  readonly status: Status;
  readonly version: number;
  readonly created: string;
  readonly updated: string;
  readonly textType: TextType;
  /** Here up to 350 KB, else in the bucket under `t/<id>`. */
  readonly content?: string | undefined;
  readonly marks: boolean;
  /** Of the plan made when it was created, so that the same content is found. */
  readonly postHash: Hash;
  /** Billed characters at most, and their price reserved from the day's budget. */
  readonly chars: number;
  readonly reserve: { readonly date: string; readonly microUsd: number };
  /** Until then one delivery has it, ms since 1970. */
  readonly leaseUntil?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly bytes?: number | undefined;
  readonly billedChars?: number | undefined;
  readonly cachedChars?: number | undefined;
  readonly error?: PostError | undefined;
}

/** What a list shows. */
export type ListedPost = Pick<
  Post,
  | "id"
  | "title"
  | "status"
  | "created"
  | "updated"
  | "format"
  | "durationMs"
  | "bytes"
  | "billedChars"
  | "cachedChars"
  | "error"
>;

export type RemovedPost = Pick<Post, "id" | "owner" | "postHash" | "format">;

/** Audio that was made, for one owner; it goes with the last post that uses it. */
export interface Audio {
  readonly durationMs: number;
  readonly bytes: number;
  readonly chars: number;
  readonly refs: number;
  /** When somebody began to delete it because there was no post left, ms since 1970. */
  readonly takenAt?: number | undefined;
}
