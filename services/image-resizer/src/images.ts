// The finished images, for whoever shows them.
import { notFound } from "@warmstart/middleware";
import * as v from "valibot";
import type { Manifest } from "./variants.ts";

export const ImagePath = v.strictObject({ id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)) });

export const PageQuery = v.strictObject({
  limit: v.optional(v.pipe(v.string(), v.regex(/^([1-9]\d?|100)$/, "must be a whole number from 1 to 100"))),
  cursor: v.optional(v.string()),
});

export interface ImageList {
  find(id: string): Promise<Manifest | undefined>;
  /** Newest first; `after` and `next` are positions in that order. */
  page(
    limit: number,
    after: string | undefined,
  ): Promise<{ readonly images: readonly Manifest[]; readonly next: string | undefined }>;
}

export const getImage = async (list: ImageList, id: string): Promise<Manifest> => {
  const manifest = await list.find(id);
  if (!manifest) throw notFound(`There is no image ${id}`);
  return manifest;
};
