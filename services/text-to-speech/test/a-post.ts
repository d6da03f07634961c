// A post for tests, and how it is spoken.
import type { Post } from "../src/post.ts";

/** The voice where nothing else is said. */
export const VOICING = {
  voice: "Joanna",
  engine: "standard",
  language: "en-US",
  format: "mp3",
  sampleRate: 22_050,
  lexicons: [],
} as const;

let count = 0;

/** A stored post of the owner's; queued where nothing else is said. */
export const aPost = (owner: string, given: Partial<Post> = {}): Post => {
  const id = `pst_${String(++count).padStart(26, "0")}` as Post["id"]; // as the schema says
  const created = new Date(Date.now() + count).toISOString();
  return {
    id,
    owner,
    title: `Post ${count}`,
    status: "queued",
    version: 1,
    created,
    updated: created,
    textType: "text",
    content: "Hello.",
    ...VOICING,
    marks: false,
    postHash: String(count).padStart(64, "0"),
    chars: 6,
    reserve: { date: created.slice(0, 10), microUsd: 24 },
    ...given,
  };
};
