// A short link: a code that redirects to a URL until it expires, is used up, disabled or deleted.
import { etagMismatch, invalid } from "@warmstart/middleware";
import { noSuchLink } from "./answers.ts";
import { codeFor, isReserved, madeBy } from "./code.ts";
import { fail } from "./errors.ts";
import type { LinkPatch, LinkView, ListFilter, NewLink } from "./link-schemas.ts";
import { hashPassword } from "./password.ts";
import { type Link, type LinkRecord, stateOf } from "./redirect.ts";
import { checkUrl } from "./safe-url.ts";

const TEN_YEARS = 10 * 366 * 86_400_000;
const TOMBSTONE_SECONDS = 90 * 86_400;
const MAX_CODES_TRIED = 3;

/** `null` removes, undefined leaves. */
export type LinkChanges = { readonly [K in keyof Link]?: Link[K] | null };

/** Which link, as the caller knows it: another's is as good as absent. Without one, any owner, any version. */
export interface LinkVersion {
  readonly code: string;
  readonly ownerId?: string;
  readonly version?: number | undefined;
}

export type OwnLinkVersion = LinkVersion & { readonly ownerId: string };

/** Why a write did not happen. */
export type Refusal = "absent" | "other-version";

export interface LinkPage {
  readonly links: readonly Link[];
  readonly next?: string;
}

export interface LinkStore {
  get(code: string): Promise<LinkRecord | undefined>;
  /** Gives the link that the code has now, if this or an earlier try of the same request made it. */
  add(link: Link): Promise<Link | undefined>;
  change(which: LinkVersion, changes: LinkChanges): Promise<Link | Refusal>;
  remove(which: OwnLinkVersion, ttl: number): Promise<"removed" | Refusal>;
  /** Newest first. `uses` is there for links with `maxUses`. */
  list(ownerId: string, page: { limit: number; after?: string; keep?: (link: Link) => boolean }): Promise<LinkPage>;
  /** Takes one use; false when none is left. */
  use(link: Link): Promise<boolean>;
}

/** Who asks, through which host, and when. */
export interface Asker {
  readonly ownerId: string;
  /** `https://sho.rt` */
  readonly base: string;
  readonly now: number;
}

const safeUrl = (input: string, { base }: Asker): { url: string; confusable: boolean } => {
  const check = checkUrl(input, new URL(base).hostname);
  if (check.ok) return { url: check.url, confusable: check.confusable };
  const errors = [{ pointer: "#/url", code: check.rule, detail: check.detail }];
  throw fail("unsafe-url", `The URL ${check.detail}`, { errors });
};

const expirySeconds = (text: string, { now }: Asker): number => {
  const time = Date.parse(text);
  if (time > now && time <= now + TEN_YEARS) return Math.floor(time / 1000);
  const detail = "must be in the future, by ten years at most";
  throw invalid([{ pointer: "#/expiresAt", code: "expiry", detail }]);
};

const checkSlug = (slug: string): void => {
  if (isReserved(slug)) throw invalid([{ pointer: "#/slug", code: "reserved", detail: "is reserved" }]);
};

/** Fields as they are stored: checked, hashed, without repetitions; null for what is to be removed. */
const stored = async (given: LinkPatch, asker: Asker): Promise<LinkChanges> => ({
  ...(given.url !== undefined && safeUrl(given.url, asker)),
  ...(given.title !== undefined && { title: given.title }),
  ...(given.tags !== undefined && { tags: given.tags?.length ? [...new Set(given.tags)] : null }),
  ...(given.expiresAt !== undefined && {
    expiresAt: given.expiresAt === null ? null : expirySeconds(given.expiresAt, asker),
  }),
  ...(given.maxUses !== undefined && { maxUses: given.maxUses, ...(given.maxUses === null && { uses: null }) }),
  ...(given.password !== undefined && {
    pw: given.password === null ? null : await hashPassword(given.password),
    protected: given.password === null ? null : true,
  }),
});

/**
 * Creates the link of entry `index` of a request. `seed` is random and fixed before the first try, so that a repeated
 * try makes or finds the same link.
 */
export const createLink = async (
  links: LinkStore,
  { slug, ...given }: NewLink,
  asker: Asker,
  { seed, index = 0 }: { readonly seed: string; readonly index?: number },
): Promise<Link> => {
  if (slug !== undefined) checkSlug(slug);
  const fields = withoutNulls(await stored(given, asker));
  const createdAt = new Date(asker.now).toISOString();
  const fixed = { ownerId: asker.ownerId, version: 1, createdAt, updatedAt: createdAt, madeBy: madeBy(seed, index) };
  for (let attempt = 0; attempt < (slug === undefined ? MAX_CODES_TRIED : 1); attempt++) {
    const link = await links.add({ url: given.url, ...fields, ...fixed, code: slug ?? codeFor(seed, index, attempt) });
    if (link !== undefined) return link;
  }
  if (slug !== undefined) throw fail("slug-taken", `The slug ${slug} is taken`);
  throw new Error(`${MAX_CODES_TRIED} random codes in a row were taken`);
};

const withoutNulls = (changes: LinkChanges): Partial<Link> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null));

const orThrow = <T>(result: T | Refusal): T => {
  if (result === "absent") throw noSuchLink();
  if (result === "other-version") throw etagMismatch();
  return result;
};

/** The caller's own link; anybody else's is as absent as a deleted one. */
export const ownLink = async (links: LinkStore, code: string, ownerId: string): Promise<Link> => {
  const record = await links.get(code);
  if (record === undefined || "deleted" in record || record.ownerId !== ownerId) throw noSuchLink();
  return record;
};

export const editLink = async (links: LinkStore, which: LinkVersion, patch: LinkPatch, asker: Asker): Promise<Link> => {
  const changes = { ...(await stored(patch, asker)), updatedAt: new Date(asker.now).toISOString() };
  return orThrow(await links.change(which, changes));
};

/** For admins, whosever link it is: visitors get 410, its owner sees the reason. With null it works again. */
export const disableLink = async (links: LinkStore, code: string, reason: string | null, now: number): Promise<Link> =>
  orThrow(await links.change({ code }, { disabled: reason, updatedAt: new Date(now).toISOString() }));

/** Leaves a tombstone: the code stays taken and says 410 for 90 days. */
export const removeLink = async (links: LinkStore, which: OwnLinkVersion, now: number): Promise<void> => {
  orThrow(await links.remove(which, Math.floor(now / 1000) + TOMBSTONE_SECONDS));
};

export const viewOf = (link: Link, { base, now }: Pick<Asker, "base" | "now">): LinkView => ({
  code: link.code,
  shortUrl: `${base}/${link.code}`,
  url: link.url,
  ...(link.title !== undefined && { title: link.title }),
  tags: [...(link.tags ?? [])],
  ...(link.expiresAt !== undefined && { expiresAt: new Date(link.expiresAt * 1000).toISOString() }),
  ...(link.maxUses !== undefined && { maxUses: link.maxUses, uses: link.uses ?? 0 }),
  state: stateOf(link, now),
  ...(link.disabled !== undefined && { reason: link.disabled }),
  protected: link.protected === true,
  confusable: link.confusable === true,
  version: link.version,
  createdAt: link.createdAt,
  updatedAt: link.updatedAt,
});

/** What a list keeps; nothing when no filter is given, so that the store reads no more than it shows. */
export const filterOf = ({ tag, state }: ListFilter, now: number): { keep?: (link: Link) => boolean } => {
  if (tag === undefined && state === undefined) return {};
  const hasTag = (link: Link): boolean => tag === undefined || link.tags?.includes(tag) === true;
  return { keep: (link) => hasTag(link) && (state === undefined || stateOf(link, now) === state) };
};
