// What tells that a key comes again with the same request.
type Hash = (text: string) => string;

/** SHA-256 in hex. The module is loaded by those who need it: it costs a function without keys nothing. */
export const sha256: Hash = (text) => process.getBuiltinModule("node:crypto").hash("sha256", text, "hex");

/** JSON with sorted keys: equal for equal values, however they were written. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  ) ?? "null";

/** What must be the same when a key is sent again. */
export const requestHash = (method: string, path: string, query: string, body: unknown): string =>
  sha256(JSON.stringify([method, path, query, canonicalJson(body)]));
