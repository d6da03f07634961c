import { env, http, ok, text } from "@warmstart/middleware";
import { dynamoImages } from "../src/dynamo-images.ts";
import { getUpload, UploadPath } from "../src/upload.ts";

const { IMAGES_TABLE } = env({ IMAGES_TABLE: text() });
const records = dynamoImages(IMAGES_TABLE);

export const handler = http({ path: UploadPath }, async ({ path }) => ok(await getUpload(records, path.uploadId)));
