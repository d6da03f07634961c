import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { send } from "@warmstart/testing";
import sharp from "sharp";
import { generatePhoto } from "./photo.ts";
import { check, type Demo, type DemoContext, step, until } from "./steps.ts";

interface Upload {
  readonly uploadId: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

interface UploadState {
  readonly status: string;
  readonly imageId?: string;
  readonly problem?: { readonly code: string };
}

interface Manifest {
  readonly original: { readonly width: number; readonly height: number; readonly orientation: number };
  readonly variants: readonly {
    readonly width: number;
    readonly height: number;
    readonly format: string;
    readonly url: string;
  }[];
  readonly srcset: Readonly<Record<string, string>>;
}

const SIGNED = { sign: { service: "execute-api" } };
const ORIGINAL_TYPE = "image/jpeg";

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KB`;

/** The three steps of a browser: ask for a form, post it to the bucket, look until the picture is worked on. */
const upload = async ({ url }: DemoContext, fileName: string, bytes: Buffer): Promise<UploadState> => {
  const asked = await send("POST", `${url}/uploads`, { ...SIGNED, body: { fileName, contentType: ORIGINAL_TYPE } });
  check(asked.status === 201, "201 for POST /uploads", asked.text);
  const { uploadId, url: bucketUrl, fields } = asked.json as Upload; // checked by its status
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([new Uint8Array(bytes)], { type: ORIGINAL_TYPE }), fileName);
  const posted = await fetch(bucketUrl, { method: "POST", body: form });
  check(posted.status === 204 || posted.status === 201, "the bucket to take the form", await posted.text());
  const look = async (): Promise<UploadState> =>
    (await send("GET", `${url}/uploads/${uploadId}`, SIGNED)).json as UploadState; // the API's schema
  return until(`the upload of ${fileName}`, look, ({ status }) => ["done", "rejected", "failed"].includes(status));
};

const showVariants = async (manifest: Manifest): Promise<void> => {
  for (const { width, height, format, url } of manifest.variants) {
    const answer = await fetch(url);
    const bytes = Buffer.from(await answer.arrayBuffer());
    check(answer.status === 200, `200 for ${url}`, answer.status);
    const seen = await sharp(bytes).metadata();
    check(seen.width === width && seen.height === height, `${width} × ${height}`, `${seen.width} × ${seen.height}`);
    check(seen.exif === undefined && seen.orientation === undefined, "no metadata left", {
      orientation: seen.orientation,
    });
    step(`${width} × ${height} ${format}`, `${kilobytes(bytes.length)}  ${url}`);
  }
};

/** A photo becomes its variants and a srcset; a drawing that poses as a photo is refused. */
export const imageResizer: Demo = async (context) => {
  const { photo, url } = context;
  const bytes = photo === undefined ? await generatePhoto() : readFileSync(photo);
  const name = photo === undefined ? "holiday photo.jpg" : basename(photo);
  const { width, height, orientation = 1 } = await sharp(bytes).metadata();
  step("a photo, stored as", `${width} × ${height}, EXIF orientation ${orientation}, ${kilobytes(bytes.length)}`);

  const done = await upload(context, name, bytes);
  check(done.status === "done" && done.imageId !== undefined, "the upload to be done", done);
  step("uploaded by a presigned form", `image ${done.imageId}`);

  const answer = await send("GET", `${url}/images/${done.imageId}`, SIGNED);
  check(answer.status === 200, "200 for the manifest", answer.text);
  const manifest = answer.json as Manifest; // checked by its status
  const shown = orientation >= 5 ? [height, width] : [width, height];
  check(
    manifest.original.width === shown[0] && manifest.original.height === shown[1],
    `upright ${shown.join(" × ")}`,
    manifest.original,
  );
  step("seen upright", `${manifest.original.width} × ${manifest.original.height}`);
  await showVariants(manifest);
  const widths = manifest.srcset["webp"]?.match(/\d+w/g) ?? [];
  check(widths.length > 0, "a srcset", manifest.srcset);
  step("srcset (webp)", widths.join(", "));

  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  );
  const refused = await upload(context, "cat.jpg", svg);
  check(refused.status === "rejected" && refused.problem?.code === "unsupported-format", "a refusal", refused);
  step("an SVG named cat.jpg", `rejected: ${refused.problem?.code}`);
};
