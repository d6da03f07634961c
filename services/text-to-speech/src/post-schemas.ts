// What clients send and get. No transforms and no cross-field rules, so that the OpenAPI document carries all of it.
import * as v from "valibot";
import { Engine, Format, PostId, Status } from "./post.ts";

/** Of POST /posts: 100,000 characters as JSON escapes them at worst, and tags. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** A BCP 47 tag as Polly writes them: en-GB, cmn-CN, es-419. */
const language = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,3}-(?:[A-Z]{2}|\d{3})(?:-[A-Z]{2,8})?$/, "must be such as en-GB"),
);
// oxlint-disable-next-line no-control-regex -- they are what is refused
const title = v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.regex(/^[^\u0000-\u001f\u007f-\u009f]*$/));

/** One of `text` and `ssml`; which of them, and what they may hold, src/draft.ts says. */
export const NewPost = v.strictObject({
  text: v.optional(v.string()),
  ssml: v.optional(v.string()),
  voice: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z]{1,40}$/))),
  engine: v.optional(Engine),
  language: v.optional(language),
  format: v.optional(Format),
  lexicons: v.optional(v.pipe(v.array(v.pipe(v.string(), v.regex(/^[0-9A-Za-z]{1,20}$/))), v.maxLength(5))),
  marks: v.optional(v.boolean()),
  title: v.optional(title),
});
export type NewPost = v.InferOutput<typeof NewPost>;

export const PostPath = v.object({ id: PostId });

export const ListQuery = v.strictObject({
  limit: v.optional(v.pipe(v.string(), v.regex(/^(?:[1-9]\d?|100)$/, "must be 1 to 100"))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(512))),
});

export const VoicesQuery = v.strictObject({ language: v.optional(language), engine: v.optional(Engine) });

const token = v.pipe(v.string(), v.maxLength(64));
export const FeedQuery = v.strictObject({ owner: v.pipe(v.string(), v.minLength(1), v.maxLength(255)), token });
export const AudioQuery = v.strictObject({ token });

/** `chars` are billed at most, `costUsd` is reserved from the day's budget; both are less for what was spoken before. */
export const Accepted = v.strictObject({
  id: v.string(),
  status: Status,
  estimate: v.strictObject({ chars: v.number(), costUsd: v.number(), seconds: v.number() }),
});
export type Accepted = v.InferOutput<typeof Accepted>;

const summary = {
  id: v.string(),
  title: v.string(),
  status: Status,
  durationMs: v.optional(v.number()),
  bytes: v.optional(v.number()),
  billedChars: v.optional(v.number()),
  /** Spoken before, and not paid again. */
  cachedChars: v.optional(v.number()),
  /** When it failed. */
  error: v.optional(v.strictObject({ code: v.string(), detail: v.string() })),
  created: v.pipe(v.string(), v.isoTimestamp()),
  updated: v.pipe(v.string(), v.isoTimestamp()),
};
export const PostSummary = v.strictObject(summary);
export type PostSummary = v.InferOutput<typeof PostSummary>;

/** The URLs are good for an hour. */
export const PostView = v.strictObject({
  ...summary,
  audioUrl: v.optional(v.string()),
  marksUrl: v.optional(v.string()),
});
export type PostView = v.InferOutput<typeof PostView>;

export const VoiceView = v.strictObject({
  id: v.string(),
  name: v.string(),
  gender: v.string(),
  language: v.string(),
  /** All that it speaks. */
  languages: v.array(v.string()),
  engines: v.array(v.string()),
});
