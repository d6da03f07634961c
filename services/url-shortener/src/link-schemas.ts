// What clients send and get. No transforms and no cross-field rules, so that the OpenAPI document carries all of it.
import * as v from "valibot";

const url = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
const slug = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9_-]{2,63}$/));
// oxlint-disable-next-line no-control-regex -- they are what is refused
const title = v.pipe(v.string(), v.maxLength(200), v.regex(/^[^\u0000-\u001f\u007f-\u009f]*$/));
const reason = v.pipe(title, v.minLength(1));
const tag = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9_-]{0,31}$/));
const tags = v.pipe(v.array(tag), v.maxLength(10));
const expiresAt = v.pipe(v.string(), v.isoTimestamp());
const maxUses = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));
const password = v.pipe(v.string(), v.minLength(8), v.maxLength(128));
const state = v.picklist(["active", "expired", "used-up", "disabled"]);

const choices = v.partial(v.object({ slug, title, tags, expiresAt, maxUses, password })).entries;
export const NewLink = v.strictObject({ url, ...choices });
export type NewLink = v.InferOutput<typeof NewLink>;

/** Each entry is checked for itself, so that a bad one fails alone. */
export const NewLinks = v.strictObject({ links: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(100)) });

export const LinkPatch = v.strictObject({
  url: v.optional(url),
  title: v.nullish(title),
  tags: v.nullish(tags),
  expiresAt: v.nullish(expiresAt),
  maxUses: v.nullish(maxUses),
  password: v.nullish(password),
});
export type LinkPatch = v.InferOutput<typeof LinkPatch>;

/** Why an admin disables a link; its owner sees it. */
export const Disabling = v.strictObject({ reason });

/** What its owner sees of a link. `uses` counts on without a new version. */
export const LinkView = v.strictObject({
  code: v.string(),
  shortUrl: v.string(),
  url: v.string(),
  title: v.optional(v.string()),
  tags: v.array(v.string()),
  expiresAt: v.optional(expiresAt),
  maxUses: v.optional(maxUses),
  uses: v.optional(v.number()),
  state,
  reason: v.optional(v.string()),
  protected: v.boolean(),
  confusable: v.boolean(),
  version: v.number(),
  createdAt: v.string(),
  updatedAt: v.string(),
});
export type LinkView = v.InferOutput<typeof LinkView>;

/** Slugs, and random codes with their capitals. */
export const LinkPath = v.object({ code: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{3,64}$/)) });

export const ListQuery = v.strictObject({
  limit: v.optional(v.pipe(v.string(), v.regex(/^(?:[1-9]\d?|100)$/))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(512))),
  tag: v.optional(tag),
  state: v.optional(state),
});
export type ListFilter = Pick<v.InferOutput<typeof ListQuery>, "tag" | "state">;
