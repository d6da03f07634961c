// The posts of which the events in events/text-to-speech speak, in a cloud of their own.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { EventGround, TestCloud } from "@warmstart/testing";
import { ownerRow } from "../src/keys.ts";
import type { Post } from "../src/post.ts";
import { DOOMED, FIRST, IMPORTS, READY, SECOND, STUCK, TOKEN } from "./events.ts";
import { aPost, openTts } from "./open-tts.ts";

const post = (given: Partial<Post>): Post => aPost("bob", { status: "synthesizing", ...given });

export const seedEvents = async (cloud: TestCloud): Promise<EventGround> => {
  const tts = await openTts(cloud, { imports: IMPORTS });
  Object.assign(process.env, cloud.env);
  await tts.put(
    post({ id: FIRST, content: "First." }),
    post({ id: SECOND, content: "Second." }),
    post({ id: STUCK, content: "Stuck." }),
    post({ id: READY, status: "ready", bytes: 1000, durationMs: 1000 }),
    post({ id: DOOMED, status: "failed" }),
  );
  const Item = { ...ownerRow("bob"), feedToken: TOKEN };
  await tts.table.send(new PutCommand({ TableName: tts.app.resource("PostsTable"), Item }));
  return { cloud, app: tts.app, imports: IMPORTS, call: tts.invoke };
};
