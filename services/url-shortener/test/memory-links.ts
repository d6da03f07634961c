// Links in memory, with the conditions of the real table.
import type { LinkStore } from "../src/link.ts";
import type { Link, LinkRecord } from "../src/redirect.ts";

export interface MemoryLinks extends LinkStore {
  /** Puts a record past all rules. */
  put(code: string, record: LinkRecord): void;
}

const position = (link: Link): string => `${link.createdAt}#${link.code}`;

export const memoryLinks = (): MemoryLinks => {
  const records = new Map<string, LinkRecord>();
  const linkAt = (code: string): Link | undefined => {
    const record = records.get(code);
    return record === undefined || "deleted" in record ? undefined : record;
  };
  const ownAt = ({ code, ownerId, version }: Parameters<LinkStore["change"]>[0]) => {
    const link = linkAt(code);
    if (link === undefined || (ownerId !== undefined && link.ownerId !== ownerId)) return "absent";
    return version === undefined || link.version === version ? link : "other-version";
  };
  return {
    put: (code, record) => void records.set(code, record),
    get: async (code) => records.get(code),
    async add(link) {
      const there = records.get(link.code);
      if (there !== undefined && !("deleted" in there)) return there.madeBy === link.madeBy ? there : undefined;
      if (there !== undefined && there.ttl * 1000 >= Date.parse(link.createdAt)) return undefined;
      records.set(link.code, link);
      return link;
    },
    async change(which, changes) {
      const link = ownAt(which);
      if (typeof link === "string") return link;
      const fields = Object.entries({ ...link, ...changes, version: link.version + 1 }).filter(
        ([, value]) => value !== null,
      );
      const changed: Link = Object.fromEntries(fields) as never;
      records.set(which.code, changed);
      return changed;
    },
    async remove(which, ttl) {
      const link = ownAt(which);
      if (typeof link === "string") return link;
      records.set(which.code, { deleted: true, ttl });
      return "removed";
    },
    async list(ownerId, { limit, after, keep = () => true }) {
      const links = [...records.keys()]
        .flatMap((code) => linkAt(code) ?? [])
        .filter((link) => link.ownerId === ownerId && keep(link) && (after === undefined || position(link) < after))
        .toSorted((a, b) => (position(a) < position(b) ? 1 : -1));
      const page = links.slice(0, limit);
      const last = page.at(-1);
      return { links: page, ...(links.length > limit && last && { next: position(last) }) };
    },
    async use({ code, createdAt }) {
      const link = linkAt(code);
      if (link?.maxUses === undefined || link.createdAt !== createdAt || (link.uses ?? 0) >= link.maxUses) return false;
      records.set(code, { ...link, uses: (link.uses ?? 0) + 1 });
      return true;
    },
  };
};
