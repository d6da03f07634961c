// Many links at once: each entry succeeds or fails alone.
import { type FieldProblem, invalid, type Problem, problemOf, toAppError, validate } from "@warmstart/middleware";
import { type Asker, createLink, type LinkStore } from "./link.ts";
import { NewLink } from "./link-schemas.ts";

export type BatchResult =
  | { readonly index: number; readonly status: 201; readonly code: string; readonly shortUrl: string }
  | { readonly index: number; readonly status: number; readonly problem: Problem };

const AT_ONCE = 10;
const MAX_PASSWORDS = 10; // each costs about a quarter of a second of CPU

const hasPassword = (entry: unknown): boolean => typeof entry === "object" && entry !== null && "password" in entry;

const within = (index: number, errors: readonly FieldProblem[]): readonly FieldProblem[] =>
  errors.map((error) => ({ ...error, pointer: `#/links/${index}${error.pointer.slice(1)}` }));

export const createBatch = async (
  links: LinkStore,
  entries: readonly unknown[],
  asker: Asker,
  { seed, requestId }: { readonly seed: string; readonly requestId: string },
): Promise<readonly BatchResult[]> => {
  if (entries.filter(hasPassword).length > MAX_PASSWORDS) {
    const detail = `may hold ${MAX_PASSWORDS} links with a password`;
    throw invalid([{ pointer: "#/links", code: "too-many-passwords", detail }]);
  }
  const create = async (entry: unknown, index: number): Promise<BatchResult> => {
    try {
      const checked = await validate(NewLink, entry);
      if (!checked.ok) throw invalid(checked.problems);
      const { code } = await createLink(links, checked.value, asker, { seed, index });
      return { index, status: 201, code, shortUrl: `${asker.base}/${code}` };
    } catch (thrown) {
      const error = toAppError(thrown);
      // An outage is no property of an entry: the whole request is to be sent again.
      if (error.status >= 500) throw thrown;
      const problem = problemOf(error, requestId);
      const errors = within(index, error.errors);
      return { index, status: error.status, problem: { ...problem, ...(errors.length > 0 && { errors }) } };
    }
  };
  const results: BatchResult[] = [];
  for (let at = 0; at < entries.length; at += AT_ONCE) {
    const some = entries.slice(at, at + AT_ONCE).map((entry, i) => create(entry, at + i));
    results.push(...(await Promise.all(some)));
  }
  return results;
};
