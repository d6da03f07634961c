// An uploaded picture becomes variants and a manifest; what became of it is written to its upload.
import type { CreatedObject } from "@warmstart/middleware";
import { checkBytes, checkHeader } from "./limits.ts";
import { isRejection, reject } from "./rejections.ts";
import { decode, encode, placeholderOf, readHeader, reduce, type Header, type Pixels } from "./sharp-images.ts";
import { sniff } from "./sniff.ts";
import { uploadIdOf, type UploadState } from "./upload.ts";
import { imageId, manifestKey, manifestOf, planSizes, variantKey, type Format, type Manifest } from "./variants.ts";

export interface ImageFiles {
  /** `gone` when it was deleted or replaced since the event; `variant` when this service made it. */
  read(object: CreatedObject): Promise<Buffer | "gone" | "variant">;
  write(key: string, bytes: Buffer, contentType: string): Promise<void>;
}

export interface ImageRecords {
  /** Marks the upload as in work, unless this event was finished before or a newer one of the same key was seen. */
  begin(uploadId: string, sequencer: string): Promise<"begun" | "repeated" | "superseded">;
  /** Does nothing when a newer event has begun. */
  end(uploadId: string, sequencer: string, state: UploadState): Promise<void>;
  find(id: string): Promise<Manifest | undefined>;
  /** The instant of whoever claimed the image first, so that two runs at once write equal manifests. */
  claim(id: string, createdAt: string): Promise<string>;
  publish(manifest: Manifest): Promise<void>;
}

export interface ResizePorts {
  readonly files: ImageFiles;
  readonly records: ImageRecords;
  readonly formats: readonly Format[];
  readonly publicBase: string;
}

/** What was done, as the log tells it. */
export type Outcome =
  | { readonly outcome: "resized"; readonly id: string; readonly made: Awaited<ReturnType<typeof makeImage>> }
  | { readonly outcome: "rejected"; readonly code: string; readonly detail: string; readonly cause: unknown }
  | { readonly outcome: "repeated"; readonly id?: string }
  | { readonly outcome: "superseded" | "folder-marker" | "own-variant" };

/** Adds up how long each step took. */
const stopwatch = () => {
  const milliseconds: Record<string, number> = {};
  const time = async <T>(step: string, work: Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work;
    milliseconds[step] = Math.round((milliseconds[step] ?? 0) + performance.now() - started);
    return result;
  };
  return { milliseconds, time };
};

/** One after another: the function has one vCPU, and each encoder's memory is free before the next needs its own. */
const writeVariants = async ({ files, formats }: ResizePorts, id: string, largest: Pixels, header: Header) => {
  const { milliseconds, time } = stopwatch();
  let variantBytes = 0;
  let smallest = largest;
  for (const size of planSizes(header)) {
    smallest = await time("reduce", reduce(largest, size));
    for (const format of formats) {
      const bytes = await time(format, encode(smallest, format));
      await time("write", files.write(variantKey(id, size.width, format), bytes, `image/${format}`));
      variantBytes += bytes.length;
    }
  }
  return { variantBytes, smallest, milliseconds };
};

const makeImage = async (ports: ResizePorts, id: string, header: Header, bytes: Buffer) => {
  const { files, records, formats, publicBase } = ports;
  const { format, width, height, frames, animated, orientation } = header;
  const { milliseconds, time } = stopwatch();
  const pixels = await time("decode", decode(bytes, header));
  const written = await writeVariants(ports, id, pixels, header);
  const placeholder = await time("placeholder", placeholderOf(written.smallest));
  const createdAt = await records.claim(id, new Date().toISOString());
  const original = { width, height, format, frames, animated, orientation };
  const manifest = manifestOf({ id, original, formats, publicBase, ...placeholder, createdAt });
  await files.write(manifestKey(id), Buffer.from(JSON.stringify(manifest)), "application/json");
  await records.publish(manifest);
  const widths = planSizes(header).map((size) => size.width);
  return {
    format,
    sizeBytes: bytes.length,
    pixels: width * height,
    widths,
    variantBytes: written.variantBytes,
    milliseconds: { ...milliseconds, ...written.milliseconds },
  };
};

const resizeObject = async (ports: ResizePorts, object: CreatedObject): Promise<[Outcome, UploadState]> => {
  checkBytes(object.sizeBytes);
  const bytes = await ports.files.read(object);
  if (bytes === "gone") return [{ outcome: "superseded" }, { status: "waiting" }];
  if (bytes === "variant") return [{ outcome: "own-variant" }, { status: "waiting" }];
  const format = sniff(bytes);
  if (!format) throw reject("unsupported-format", "The file is no JPEG, PNG, GIF, WebP or AVIF");
  const id = imageId(bytes, ports.formats);
  const done = { status: "done", imageId: id } as const;
  if (await ports.records.find(id)) return [{ outcome: "repeated", id }, done];
  const header = await readHeader(bytes, format);
  checkHeader(header);
  return [{ outcome: "resized", id, made: await makeImage(ports, id, header, bytes) }, done];
};

/** Safe to repeat: the same event again ends early, the same picture again finds its image. */
export const resizeUpload = async (ports: ResizePorts, object: CreatedObject): Promise<Outcome> => {
  const { key, sizeBytes, sequencer } = object;
  if (sizeBytes === 0 && key.endsWith("/")) return { outcome: "folder-marker" };
  const uploadId = uploadIdOf(key);
  const begun = await ports.records.begin(uploadId, sequencer);
  if (begun !== "begun") return { outcome: begun };
  const end = async (state: UploadState): Promise<void> => ports.records.end(uploadId, sequencer, state);
  try {
    const [outcome, state] = await resizeObject(ports, object);
    await end(state);
    return outcome;
  } catch (error) {
    if (!isRejection(error)) {
      const problem = { code: "internal", detail: "The picture could not be processed yet" };
      await end({ status: "failed", problem }).catch(() => undefined); // the first error tells more
      throw error;
    }
    const { code, detail, cause } = error;
    await end({ status: "rejected", problem: { code, detail } });
    return { outcome: "rejected", code, detail, cause };
  }
};
