// One deployed `synthesize` in a cloud of its own, beside a Polly that needs no time.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { NO_POOL, openCloud, send } from "@warmstart/testing";
import { ownerKey, postRow } from "../src/keys.ts";
import { planSpeech } from "../src/plan.ts";
import type { Post } from "../src/post.ts";
import { startQuickPolly } from "./quick-polly.ts";

export interface Invocation {
  readonly ms: number;
  /** The most that its process has ever had, Node included. */
  readonly memoryMb: number;
}

const FUNCTION = "text-to-speech-local-synthesize";
const IDLE_MS = 120_000;

const SENTENCE = "The harbour was quiet when the keeper came down at half past five in the morning. ";
/** No two are the same: that one would be bought once. */
const paragraph = (at: number): string => `Number ${at}. ${SENTENCE.repeat(32)}\n\n`;

const postOf = (chars: number): Post => {
  const count = Math.ceil(chars / paragraph(0).length);
  const content = Array.from({ length: count }, (_, at) => paragraph(at))
    .join("")
    .slice(0, chars);
  const created = new Date().toISOString();
  const how = { voice: "Joanna", engine: "standard", language: "en-US", format: "mp3", sampleRate: 22_050 } as const;
  const text = { ...how, content, textType: "text", marks: false, lexicons: [] } as const;
  const { postHash, chars: billed, microUsd } = planSpeech(text);
  return {
    id: `pst_${String(chars).padStart(26, "0")}` as Post["id"], // as the schema says
    owner: "bench",
    title: "A long one",
    status: "queued",
    version: 1,
    created,
    updated: created,
    reserve: { date: created.slice(0, 10), microUsd },
    ...text,
    postHash,
    chars: billed,
  };
};

const REPORT = /^REPORT .*\tDuration: ([\d.]+) ms.*\tMax Memory Used: (\d+) MB/;

/** A new environment speaks a post of so many characters, and gets its message once more. */
export const speakTwice = async (
  chars: number,
): Promise<{ readonly first: Invocation; readonly second: Invocation; readonly calls: readonly [number, number] }> => {
  const polly = await startQuickPolly();
  const cloud = await openCloud();
  try {
    const app = await cloud.deploy("services/text-to-speech", { imports: NO_POOL });
    const url = `${cloud.endpoint}/2015-03-31/functions/${FUNCTION}`;
    const sign = { service: "lambda" } as const;
    const { json } = await send("GET", url, { sign });
    const { Configuration } = json as { Configuration: { Environment: { Variables: object } } }; // Lambda's format
    const Variables = { ...Configuration.Environment.Variables, AWS_ENDPOINT_URL_POLLY: polly.url };
    await send("PUT", `${url}/configuration`, { sign, body: { Environment: { Variables } } });
    const idle = () => cloud.ask("POST", "/idle", { limitMs: IDLE_MS });

    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new DynamoDBClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials });
    const post = postOf(chars);
    const Item = { ...postRow(post.id), ...post, ownerKey: ownerKey(post) };
    await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: app.resource("PostsTable"), Item }));
    await idle();
    const bought = polly.calls();
    const QueueUrl = app.outputs["SpeakQueueUrl"];
    await cloud.call("sqs", "AmazonSQS.SendMessage", { QueueUrl, MessageBody: JSON.stringify({ id: post.id }) });
    await idle();

    const [first, second] = (await cloud.logs(FUNCTION)).flatMap(({ message }): Invocation[] => {
      const [, ms, memoryMb] = REPORT.exec(message) ?? [];
      return ms === undefined ? [] : [{ ms: Number(ms), memoryMb: Number(memoryMb) }];
    });
    if (first === undefined || second === undefined) throw new Error("synthesize was not called twice");
    return { first, second, calls: [bought, polly.calls()] };
  } finally {
    await cloud.close();
    polly.close();
  }
};
