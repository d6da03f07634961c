import { S3Client } from "@aws-sdk/client-s3";
import { env, http, ok, text } from "@warmstart/middleware";
import { postView } from "../src/answers.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoPosts } from "../src/dynamo-posts.ts";
import { PostPath } from "../src/post-schemas.ts";
import { ownPost } from "../src/posts.ts";
import { s3Links } from "../src/s3-posts.ts";

const { POSTS_TABLE, AUDIO_BUCKET, JWT_ISSUER, JWT_AUDIENCE } = env({ POSTS_TABLE: text(), AUDIO_BUCKET: text(), JWT_ISSUER: text(), JWT_AUDIENCE: text() }); // prettier-ignore
const posts = dynamoPosts(POSTS_TABLE, documentClient());
const links = s3Links(new S3Client({}), AUDIO_BUCKET);
const jwt = { issuer: JWT_ISSUER, clientId: JWT_AUDIENCE };

export const handler = http({ path: PostPath, scopes: [], jwt }, async ({ path, caller }) =>
  ok(await postView(links, await ownPost(posts, path.id, caller.sub))),
);
