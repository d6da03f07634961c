// A link for tests.
import type { Link } from "../src/redirect.ts";

export const NOW: number = Date.parse("2026-11-21T05:30:00Z");

/** A plain link, with what the test cares about. */
export const aLink = (fields: Partial<Link> = {}): Link => ({
  code: "sale",
  url: "https://example.com/sale",
  ownerId: "ann",
  version: 1,
  createdAt: "2026-11-21T05:00:00.000Z",
  updatedAt: "2026-11-21T05:00:00.000Z",
  ...fields,
});
