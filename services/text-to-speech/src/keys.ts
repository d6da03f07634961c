// Where things are: rows of the table, objects of the bucket.
import { createHash } from "node:crypto";
import type { Format, Hash, PostId } from "./post.ts";

interface RowKey {
  readonly pk: string;
  readonly sk: string;
}

/** The owner is in the keys of audio, so that nobody learns what others had spoken; hashed, so that nobody is named. */
export const ownerHash = (owner: string): string => createHash("sha256").update(owner).digest("hex").slice(0, 32);

export const postRow = (id: PostId): RowKey => ({ pk: `POST#${id}`, sk: "POST" });

/** What of it was billed so far. Apart from the text, because each write of DynamoDB is paid by the size of the item. */
export const spentRow = (id: PostId): RowKey => ({ pk: `POST#${id}`, sk: "SPENT" });

/** Says whose it was, and which audio may have to go with it. */
export const removedRow = (id: PostId): RowKey => ({ pk: `POST#${id}`, sk: "REMOVED" });

export const audioRow = (owner: string, postHash: Hash): RowKey => ({
  pk: `AUDIO#${ownerHash(owner)}#${postHash}`,
  sk: "AUDIO",
});

/** `date` is a day in UTC: 2026-11-21. */
export const budgetRow = (date: string): RowKey => ({ pk: `BUDGET#${date}`, sk: "BUDGET" });

export const ownerRow = (owner: string): RowKey => ({ pk: `OWNER#${ownerHash(owner)}`, sk: "OWNER" });

/** Sort key of the index `owner`. */
export const ownerKey = (post: { readonly created: string; readonly id: PostId }): string =>
  `${post.created}#${post.id}`;

export const chunkKey = (owner: string, hash: Hash): string => `c/${ownerHash(owner)}/${hash}`;

/** Marks of a chunk as Polly sent them. */
export const chunkMarksKey = (owner: string, hash: Hash): string => `${chunkKey(owner, hash)}.marks`;

export const audioKey = (owner: string, postHash: Hash, format: Format): string =>
  `a/${ownerHash(owner)}/${postHash}.${format}`;

export const marksKey = (owner: string, postHash: Hash): string => `m/${ownerHash(owner)}/${postHash}.json`;

/** A text too long for the table. */
export const textKey = (id: PostId): string => `t/${id}`;
