import { createHash } from "node:crypto";
import { env, http, ok, text } from "@warmstart/middleware";
import { dynamoImages } from "../src/dynamo-images.ts";
import { getImage, ImagePath } from "../src/images.ts";

const { IMAGES_TABLE } = env({ IMAGES_TABLE: text() });
const list = dynamoImages(IMAGES_TABLE);

export const handler = http({ path: ImagePath }, async ({ path }) => {
  const manifest = await getImage(list, path.id);
  const etag = createHash("sha256").update(JSON.stringify(manifest)).digest("base64url").slice(0, 22);
  return ok(manifest, { etag: `"${etag}"`, headers: { "cache-control": "private, no-cache" } });
});
