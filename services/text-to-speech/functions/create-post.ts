import { PollyClient } from "@aws-sdk/client-polly";
import { S3Client } from "@aws-sdk/client-s3";
import { env, http, int, text } from "@warmstart/middleware";
import { answerCreated } from "../src/answers.ts";
import { usd } from "../src/budget.ts";
import { draftPost, textOf } from "../src/draft.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { requestKeys } from "../src/dynamo-request-keys.ts";
import { dynamoPosts } from "../src/dynamo-posts.ts";
import { pollyVoices } from "../src/polly-voices.ts";
import { MAX_BODY_BYTES, NewPost } from "../src/post-schemas.ts";
import { createPost } from "../src/posts.ts";
import { s3Files } from "../src/s3-posts.ts";

const { POSTS_TABLE, AUDIO_BUCKET, MAX_CHARS, DAILY_BUDGET, JWT_ISSUER, JWT_AUDIENCE } = env({ POSTS_TABLE: text(), AUDIO_BUCKET: text(), MAX_CHARS: int(), DAILY_BUDGET: usd(), JWT_ISSUER: text(), JWT_AUDIENCE: text() }); // prettier-ignore
const client = documentClient();
const posts = dynamoPosts(POSTS_TABLE, client);
const files = s3Files(new S3Client({}), AUDIO_BUCKET);
const checks = { voices: pollyVoices(new PollyClient({})), maxChars: MAX_CHARS };

export const handler = http(
  {
    body: NewPost,
    maxBodyBytes: MAX_BODY_BYTES,
    rawText: ["text", "ssml"],
    scopes: [],
    jwt: { issuer: JWT_ISSUER, clientId: JWT_AUDIENCE },
    idempotent: requestKeys(client, POSTS_TABLE),
    plan: ({ body }) => draftPost(checks, body),
  },
  async ({ body, plan, caller: { sub: owner }, metrics }) => {
    const creation = { posts, files, limitMicroUsd: DAILY_BUDGET, metrics };
    return answerCreated(await createPost(creation, plan, { owner, content: textOf(body).content }), plan);
  },
);
