// What the HTTP API says of posts.
import { ok, type Reply } from "@warmstart/middleware";
import { MICRO } from "./budget.ts";
import type { Draft } from "./draft.ts";
import { feedPath } from "./feed.ts";
import type { ListedPost, Post } from "./post.ts";
import type { Accepted, PostSummary, PostView } from "./post-schemas.ts";
import type { PostLinks } from "./ports.ts";

type Headers = Readonly<Record<string, string>>;

/** `https://api.example`: where the request came to. API Gateway takes no foreign host. */
export const baseOf = (headers: Headers): string =>
  `${headers["x-forwarded-proto"] ?? "https"}://${headers["host"] ?? "localhost"}`;

/** 202, or 200 when it is ready at once. */
export const answerCreated = (post: Post, { estimateSeconds }: Draft): Reply => {
  const { id, status, chars, reserve, durationMs } = post;
  const seconds = durationMs === undefined ? estimateSeconds : Math.round(durationMs / 1000);
  const answer: Accepted = { id, status, estimate: { chars, costUsd: reserve.microUsd / MICRO, seconds } };
  return ok(answer, { status: status === "ready" ? 200 : 202, headers: { location: `/posts/${id}` } });
};

/** With the caller's feed beside the next page. */
export const withFeed = (reply: Reply, owner: string, token: string): Reply => {
  const feed = `<${feedPath(owner, token)}>; rel="alternate"; type="application/rss+xml"`;
  const { link } = reply.headers ?? {};
  return { ...reply, headers: { ...reply.headers, link: link === undefined ? feed : `${link}, ${feed}` } };
};

export const summaryOf = (post: ListedPost): PostSummary => {
  const { id, title, status, durationMs, bytes, billedChars, cachedChars, error, created, updated } = post;
  return { id, title, status, durationMs, bytes, billedChars, cachedChars, error, created, updated };
};

export const postView = async (links: PostLinks, post: Post): Promise<PostView> => {
  if (post.status !== "ready") return summaryOf(post);
  const audioUrl = await links.audio(post);
  return { ...summaryOf(post), audioUrl, ...(post.marks && { marksUrl: await links.marks(post) }) };
};
