// The life of a post as its owner drives it: made, shown to nobody else, ended.
import { createHash, timingSafeEqual } from "node:crypto";
import { type Metrics, notFound, unavailable } from "@warmstart/middleware";
import { noteBudget, overBudget } from "./budget.ts";
import type { Draft } from "./draft.ts";
import type { Audio, Post, PostId, RemovedPost } from "./post.ts";
import type { PostFiles, PostStore } from "./ports.ts";

export interface Creation {
  readonly posts: PostStore;
  readonly files: Pick<PostFiles, "putText" | "removeText">;
  /** Of all owners, per day. */
  readonly limitMicroUsd: number;
  readonly metrics: Metrics;
}

/** In UTF-8; an item of DynamoDB has 400 KB at most, with all else in it. */
const MOST_INLINE_BYTES = 350 * 1024;
const MOST_TRIES = 3;

/** Queued with its price reserved, or ready at once when the owner has had the same spoken: that costs nothing. */
const postOf = ({ estimateSeconds: _seconds, microUsd, ...draft }: Draft, owner: string, audio?: Audio): Post => {
  const updated = new Date().toISOString();
  const reserve = { date: updated.slice(0, 10), microUsd: audio === undefined ? microUsd : 0 };
  const post = { ...draft, owner, version: 1, updated, reserve } as const;
  if (audio === undefined) return { ...post, status: "queued" };
  const { durationMs, bytes, chars } = audio;
  return { ...post, status: "ready", durationMs, bytes, billedChars: 0, cachedChars: chars };
};

/** A post that is ready has no need of its text. */
const store = async ({ posts, files, limitMicroUsd }: Creation, post: Post, content: string) => {
  if (post.status === "ready") return posts.create(post, limitMicroUsd);
  if (Buffer.byteLength(content) <= MOST_INLINE_BYTES) return posts.create({ ...post, content }, limitMicroUsd);
  await files.putText(post.id, content);
  const outcome = await posts.create(post, limitMicroUsd);
  if (outcome === "over-budget") await files.removeText(post.id);
  return outcome;
};

/** Stores the post, once however often the same draft comes. */
export const createPost = async (
  creation: Creation,
  draft: Draft,
  { owner, content }: { readonly owner: string; readonly content: string },
): Promise<Post> => {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const post = postOf(draft, owner, await creation.posts.audio(owner, draft.postHash));
    const outcome = await store(creation, post, content);
    if (post.status === "queued" && outcome !== "exists") await noteBudget(creation, post.reserve.date);
    switch (outcome) {
      case "created":
        return post;
      case "exists":
        return (await creation.posts.get(draft.id)) ?? post;
      case "over-budget":
        throw overBudget(Date.now());
      case "audio-gone":
        continue; // its last post was deleted in between
      default:
        outcome satisfies never;
    }
  }
  throw unavailable("Its audio comes and goes");
};

const noPost = (): Error => notFound("There is no such post");

export interface Ending {
  readonly posts: PostStore;
  readonly files: PostFiles;
}

const endPost = async (posts: PostStore, id: PostId, owner: string): Promise<RemovedPost> => {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const post = await posts.get(id);
    const found = post ?? (await posts.removed(id));
    if (found === undefined || found.owner !== owner) throw noPost();
    if (post === undefined || (await posts.remove(post))) return found;
  }
  throw unavailable("The post changes all the time");
};

/** Ends a post and what only it used. May be repeated: it goes on where a try before was cut off. */
export const deletePost = async ({ posts, files }: Ending, id: PostId, owner: string): Promise<void> => {
  const post = await endPost(posts, id, owner);
  await files.removeText(id);
  if (!(await posts.takeUnused(owner, post.postHash))) return;
  await files.removeAudio(post);
  await posts.forgetAudio(owner, post.postHash);
};

/** The owner's own; another's is not there. */
export const ownPost = async (posts: PostStore, id: PostId, owner: string): Promise<Post> => {
  const post = await posts.get(id);
  if (post === undefined || post.owner !== owner) throw noPost();
  return post;
};

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Whether the token is the one in the owner's feed address; how long it takes tells nothing of it. */
export const mayListen = async (posts: PostStore, owner: string, token: string): Promise<boolean> =>
  timingSafeEqual(digest((await posts.knownFeedToken(owner)) ?? ""), digest(token)) && token !== "";

/** A post that is ready, for whoever has its owner's token. */
export const audiblePost = async (posts: PostStore, id: PostId, token: string): Promise<Post> => {
  const post = await posts.get(id);
  if (post?.status !== "ready" || !(await mayListen(posts, post.owner, token))) throw noPost();
  return post;
};
