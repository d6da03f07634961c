// Recorded answers, and their times moved to another day.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const HOUR = 3_600_000;

const folder = join(import.meta.dirname, "recorded");
const documents = new Map<string, unknown>();

/** The body in a VCR cassette: JSON in single quotes, folded over lines. */
const bodyOf = (cassette: string): string =>
  (/ string: '(\{.*?\})'\n/s.exec(cassette)?.[1] ?? "").replaceAll(/\n\s+/g, " ").replaceAll("''", "'");

/** A recording by its path in local/recorded; a JSON document as the provider sent it. */
export const recorded = (file: string): unknown => {
  const known = documents.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(join(folder, file), "utf8");
  const parsed = JSON.parse(file.endsWith(".yml") ? bodyOf(text) : text) as unknown;
  const document = file.startsWith("metno/") ? (parsed as { data: unknown }).data : parsed; // wrapped by who recorded it
  documents.set(file, document);
  return document;
};

const TIME = /"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(Z|[+-]\d{2}:\d{2})(\/[^"]*)?"/g;

/** Moves every instant in a JSON text; each keeps the offset in which it is written. */
export const movedBy = (json: string, ms: number): string =>
  json.replaceAll(TIME, (_all, local: string, offset: string, rest = "") => {
    const moved = new Date(Date.parse(`${local}Z`) + ms).toISOString().slice(0, 19);
    return `"${moved}${offset}${rest}"`;
  });

/** The first instant in a JSON text, ms since 1970. */
export const firstTime = (json: string): number | undefined => {
  const [, local, offset] = new RegExp(TIME.source).exec(json) ?? [];
  return local === undefined ? undefined : Date.parse(`${local}${offset}`);
};
