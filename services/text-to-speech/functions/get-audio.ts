import { S3Client } from "@aws-sdk/client-s3";
import { env, http, redirect, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoPosts } from "../src/dynamo-posts.ts";
import { AudioQuery, PostPath } from "../src/post-schemas.ts";
import { audiblePost } from "../src/posts.ts";
import { s3Links } from "../src/s3-posts.ts";

const { POSTS_TABLE, AUDIO_BUCKET } = env({ POSTS_TABLE: text(), AUDIO_BUCKET: text() });
const posts = dynamoPosts(POSTS_TABLE, documentClient());
const links = s3Links(new S3Client({}), AUDIO_BUCKET);

export const handler = http({ path: PostPath, query: AudioQuery }, async ({ path, query }) =>
  redirect(await links.audio(await audiblePost(posts, path.id, query.token))),
);
