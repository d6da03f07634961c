// What is made of a picture: the sizes planned for it, their keys, and the manifest that a page uses.
import { createHash } from "node:crypto";
import * as v from "valibot";

export type Format = "avif" | "webp" | "jpeg";
export interface Size {
  readonly width: number;
  readonly height: number;
}

const WIDTHS = [1920, 1024, 480] as const;
/** The longest side of a WebP; AVIF and JPEG may be longer. */
const MAX_SIDE = 16_383;
/** Browsers that know no srcset are old, and so are their screens. */
const FALLBACK_WIDTH = 1024;

const Count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The original; width and height are those of the picture as it is shown, upright. */
export const Original = v.strictObject({
  width: Count,
  height: Count,
  format: v.picklist(["jpeg", "png", "gif", "webp", "avif"]),
  frames: Count,
  animated: v.literal(false),
  orientation: v.pipe(Count, v.maxValue(8)),
});
export type Original = v.InferOutput<typeof Original>;

const Variant = v.strictObject({
  width: Count,
  height: Count,
  format: v.picklist(["avif", "webp", "jpeg"]),
  key: v.string(),
  url: v.string(),
});

export const Manifest = v.strictObject({
  id: v.string(),
  original: Original,
  variants: v.array(Variant),
  srcset: v.strictObject({ avif: v.optional(v.string()), webp: v.string(), jpeg: v.string() }),
  fallback: v.string(),
  thumbHash: v.string(),
  averageColour: v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/)),
  createdAt: v.string(),
});
export type Manifest = v.InferOutput<typeof Manifest>;

export const formatsOf = (avif: boolean): readonly Format[] => (avif ? ["avif", "webp", "jpeg"] : ["webp", "jpeg"]);

/** The sizes of the variants, widest first: never wider than the picture, ratio kept, each width once. */
export const planSizes = ({ width, height }: Size): readonly [Size, ...Size[]] => {
  const widest = Math.min(width, Math.max(1, Math.floor((MAX_SIDE * width) / height)));
  const sizeOf = (planned: number): Size => ({
    width: Math.min(planned, widest),
    height: Math.min(MAX_SIDE, Math.max(1, Math.round((height * Math.min(planned, widest)) / width))),
  });
  const [first, ...smaller] = WIDTHS;
  return [sizeOf(first), ...smaller.filter((planned) => planned < widest).map(sizeOf)];
};

/** The picture's name: its bytes and the settings decide it, so equal pictures meet and changed settings part. */
export const imageId = (original: Uint8Array, formats: readonly Format[]): string => {
  // Raise it with any setting that changes the variants' bytes.
  const plan = formats.includes("avif") ? "v1" : "v1-no-avif";
  return createHash("sha256").update(plan).update(original).digest("hex").slice(0, 32);
};

export const variantKey = (id: string, width: number, format: Format): string =>
  `images/${id}/${width}.${format === "jpeg" ? "jpg" : format}`;

export const manifestKey = (id: string): string => `images/${id}/manifest.json`;

export type ManifestParts = Pick<Manifest, "id" | "original" | "thumbHash" | "averageColour" | "createdAt"> & {
  readonly formats: readonly Format[];
  /** Where the variants' bucket is reached, without a slash at the end. */
  readonly publicBase: string;
};

/** Pure: the same picture gives the same manifest, whoever makes it. */
export const manifestOf = ({ id, original, formats, publicBase, ...rest }: ManifestParts): Manifest => {
  const sizes = planSizes(original);
  const variants = sizes.flatMap((size) =>
    formats.map((format) => {
      const key = variantKey(id, size.width, format);
      return { ...size, format, key, url: `${publicBase}/${key}` };
    }),
  );
  const srcset = (format: Format): string =>
    variants.flatMap((each) => (each.format === format ? [`${each.url} ${each.width}w`] : [])).join(", ");
  const fallback = sizes.find(({ width }) => width <= FALLBACK_WIDTH) ?? sizes[0];
  return {
    id,
    original,
    variants,
    srcset: { ...(formats.includes("avif") && { avif: srcset("avif") }), webp: srcset("webp"), jpeg: srcset("jpeg") },
    fallback: `${publicBase}/${variantKey(id, fallback.width, "jpeg")}`,
    ...rest,
  };
};
