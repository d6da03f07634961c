import { S3Client } from "@aws-sdk/client-s3";
import { env, http, text } from "@warmstart/middleware";
import { answerFile } from "../src/answers.ts";
import { dynamoFiles } from "../src/dynamo-files.ts";
import { FilePath } from "../src/files.ts";
import { s3Documents } from "../src/s3-results.ts";

const { FILES_TABLE, RESULTS_BUCKET } = env({ FILES_TABLE: text(), RESULTS_BUCKET: text() });
const records = dynamoFiles(FILES_TABLE);
const documents = s3Documents(new S3Client(), RESULTS_BUCKET);

export const handler = http({ path: FilePath }, async ({ path }) => answerFile(records, documents, path.id));
