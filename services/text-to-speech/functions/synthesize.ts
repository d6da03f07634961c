import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { env, queue, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoJobs } from "../src/dynamo-jobs.ts";
import { withPolly } from "../src/polly-speech.ts";
import { s3Audio } from "../src/s3-audio.ts";
import { s3Files } from "../src/s3-posts.ts";
import { NewPostNote, speakPost } from "../src/speech-job.ts";
import { sqsReturnAt } from "../src/sqs-return.ts";

const { POSTS_TABLE, AUDIO_BUCKET, SPEAK_QUEUE } = env({ POSTS_TABLE: text(), AUDIO_BUCKET: text(), SPEAK_QUEUE: text() }); // prettier-ignore
const s3 = new S3Client({});
const ports = {
  jobs: dynamoJobs(POSTS_TABLE, documentClient()),
  audio: s3Audio(s3, AUDIO_BUCKET),
  files: s3Files(s3, AUDIO_BUCKET),
};
const returnAt = sqsReturnAt(new SQSClient({}), SPEAK_QUEUE);

export const handler = queue({ message: NewPostNote }, async ({ message, receiptHandle, ...call }) => {
  const until = Date.now() + call.remainingMilliseconds();
  const outcome = await withPolly((speech) => speakPost({ ...ports, ...call, speech, until }, message.id));
  if (outcome.done) return;
  await returnAt(receiptHandle, outcome.returnAt);
  throw new Error(`Post ${message.id} is to be spoken later`);
});
