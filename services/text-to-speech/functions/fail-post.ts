import { env, queue, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoJobs } from "../src/dynamo-jobs.ts";
import { failPost, NewPostNote } from "../src/speech-job.ts";

const { POSTS_TABLE } = env({ POSTS_TABLE: text() });
const jobs = dynamoJobs(POSTS_TABLE, documentClient());

export const handler = queue({ message: NewPostNote }, ({ message, receiveCount, metrics }) =>
  // The last of them is this one.
  failPost({ jobs, metrics }, message.id, receiveCount - 1),
);
