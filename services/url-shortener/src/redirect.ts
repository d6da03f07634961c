// What a request for a short link gets. Pure and without dependencies: a record and a request in, an outcome out.

/** A link as it is stored. `pw` is the scrypt hash; `madeBy` names the request that made it, so a retry knows its own. */
export interface Link {
  readonly code: string;
  readonly url: string;
  readonly ownerId: string;
  readonly title?: string;
  readonly tags?: readonly string[];
  /** Seconds since 1970. */
  readonly expiresAt?: number;
  readonly maxUses?: number;
  readonly uses?: number;
  readonly pw?: string;
  readonly protected?: boolean;
  readonly confusable?: boolean;
  readonly disabled?: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly madeBy?: string;
}

/** What remains of a deleted link for 90 days, so that nobody inherits its readers. `ttl` is in seconds. */
export interface Tombstone {
  readonly deleted: true;
  readonly ttl: number;
}

export type LinkRecord = Link | Tombstone;
export type LinkState = "active" | "expired" | "used-up" | "disabled";
export type GoneCode = "link-deleted" | "link-disabled" | "link-expired" | "link-used-up";

/** Header names are lower case, as API Gateway sends them. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** Why there is nothing to follow. */
export type Closed = { readonly kind: "missing" } | { readonly kind: "gone"; readonly code: GoneCode };

export type Outcome =
  | Closed
  | { readonly kind: "page" }
  | { readonly kind: "redirect"; readonly link: Link }
  | { readonly kind: "use"; readonly link: Link };

const CODE = /^([A-Za-z0-9_-]{3,64})(\+|%2B)?$/i;
const RANDOM_CODE = /^[1-9A-HJ-NP-Za-km-z]{7}$/;
const PREVIEW_CRAWLER = /bot|crawler|spider|preview|facebookexternalhit|whatsapp/i;

/** Reads the path variable. What can be no code is undefined, and costs no read; a trailing plus asks for the page. */
export const parseCode = (segment: string): { readonly code: string; readonly plus: boolean } | undefined => {
  const [, code, plus] = CODE.exec(segment) ?? [];
  if (code === undefined) return undefined;
  // Random codes need their capitals; slugs are stored in lower case, so capitals cannot squat on a look-alike.
  return { code: RANDOM_CODE.test(code) ? code : code.toLowerCase(), plus: plus !== undefined };
};

export const stateOf = (link: Omit<Link, "pw">, now: number): LinkState => {
  if (link.disabled !== undefined) return "disabled";
  if (link.expiresAt !== undefined && now >= link.expiresAt * 1000) return "expired";
  return link.maxUses !== undefined && (link.uses ?? 0) >= link.maxUses ? "used-up" : "active";
};

/** The link if it can be followed now, else why not. TTL deletion is lazy, so an overdue tombstone counts as absent. */
export const openLink = (record: LinkRecord | undefined, now: number): Link | Closed => {
  if (record === undefined) return { kind: "missing" };
  if ("deleted" in record)
    return record.ttl * 1000 > now ? { kind: "gone", code: "link-deleted" } : { kind: "missing" };
  const state = stateOf(record, now);
  return state === "active" ? record : { kind: "gone", code: `link-${state}` as const };
};

/** Whether a browser fetches this ahead of a click that may never come. */
export const isPrefetch = (headers: Headers): boolean =>
  /prefetch|preview/i.test(`${headers["sec-purpose"] ?? ""} ${headers["purpose"] ?? ""} ${headers["x-moz"] ?? ""}`);

const isLookingOnly = (method: string, headers: Headers): boolean =>
  method === "HEAD" || isPrefetch(headers) || PREVIEW_CRAWLER.test(headers["user-agent"] ?? "");

/** Decides what a GET or HEAD of a short link gets. A `use` still has to be taken from the store. */
export const decide = (
  record: LinkRecord | undefined,
  request: { readonly method: string; readonly headers: Headers },
  now: number,
): Outcome => {
  const link = openLink(record, now);
  if ("kind" in link) return link;
  if (link.protected === true || link.confusable === true) return { kind: "page" };
  if (link.maxUses === undefined) return { kind: "redirect", link };
  // A chat preview must neither burn a one-time link nor see where it leads.
  return isLookingOnly(request.method, request.headers) ? { kind: "page" } : { kind: "use", link };
};
