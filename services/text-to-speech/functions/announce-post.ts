import { SNSClient } from "@aws-sdk/client-sns";
import { env, stream, text } from "@warmstart/middleware";
import * as v from "valibot";
import { PostId } from "../src/post.ts";
import { snsCreated } from "../src/sns-created.ts";

const { CREATED_TOPIC } = env({ CREATED_TOPIC: text() });
const announce = snsCreated(new SNSClient({}), CREATED_TOPIC);

export const handler = stream({ image: v.object({ id: PostId }) }, async ({ new: post, ...call }) => {
  if (post !== undefined) await announce(post.id, call);
});
