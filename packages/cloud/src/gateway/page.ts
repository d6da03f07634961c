// Lists that are answered page by page. A token names the last entry of the page before, so that it survives changes.

export interface PageRequest {
  readonly limit: number;
  readonly token?: string | undefined;
}

/** Up to `limit` entries after the token's, and the token of the next page when there is one. Entries are in key order. */
export const pageOf = <T>(
  entries: readonly (readonly [string, T])[],
  { limit, token }: PageRequest,
): { readonly items: readonly T[]; readonly next?: string } => {
  const after = token === undefined ? undefined : Buffer.from(token, "base64url").toString();
  const rest = after === undefined ? entries : entries.filter(([key]) => key > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(([, item]) => item),
    ...(last !== undefined && rest.length > limit && { next: Buffer.from(last[0]).toString("base64url") }),
  };
};
