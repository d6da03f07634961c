import { S3Client } from "@aws-sdk/client-s3";
import { env, http, text } from "@warmstart/middleware";
import { answerGeoJson } from "../src/answers.ts";
import { dynamoFiles } from "../src/dynamo-files.ts";
import { FilePath, getMetadata, MapQuery } from "../src/files.ts";
import { s3Documents } from "../src/s3-results.ts";

const { FILES_TABLE, RESULTS_BUCKET } = env({ FILES_TABLE: text(), RESULTS_BUCKET: text() });
const records = dynamoFiles(FILES_TABLE);
const documents = s3Documents(new S3Client(), RESULTS_BUCKET);

export const handler = http({ path: FilePath, query: MapQuery }, async ({ path, query }) =>
  answerGeoJson(await getMetadata(records, documents, path.id), query.crs),
);
