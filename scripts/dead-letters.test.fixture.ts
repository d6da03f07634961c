// Dead letters as they come about: messages that a function cannot take, and the records of calls that failed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestCloud } from "@warmstart/testing";
import { root } from "./repository.ts";

/** How many messages can be received from the queues whose names match. */
export const depths = async (cloud: TestCloud, among: RegExp): Promise<Readonly<Record<string, number>>> => {
  const { queues } = await cloud.ask<{ queues: readonly { name: string; depth: number }[] }>("GET", "/queues");
  return Object.fromEntries(queues.filter(({ name }) => among.test(name)).map(({ name, depth }) => [name, depth]));
};

const namesOf = async (cloud: TestCloud, among: RegExp): Promise<readonly string[]> =>
  Object.keys(await depths(cloud, among));

const callSqs = (cloud: TestCloud, action: string, name: string, input: object): Promise<Record<string, unknown>> =>
  cloud.call("sqs", `AmazonSQS.${action}`, { QueueUrl: `${cloud.endpoint}/000000000000/${name}`, ...input });

const eventOf = (name: string): unknown => JSON.parse(readFileSync(join(root, "events", name), "utf8"));

/** What a failure destination gets: of a call with an event of ours, and one that is an event of ours. */
const failedPicture = (): string =>
  JSON.stringify({ requestPayload: eventOf("image-resizer/resize-folder-marker.json") });
const uncountedClicks = (): string => {
  const { Records } = eventOf("url-shortener/count-clicks-dead-letter.json") as {
    Records: readonly { body: string }[];
  }; // SQS's format
  return Records[0]?.body ?? "";
};

const LOOK_MS = 200;

/**
 * Sends what no function understands, and waits until the queue has given it up: after one attempt instead of three, and
 * at once instead of after hours. SQS moves back only what it has moved itself.
 */
const fail = async (cloud: TestCloud, source: string): Promise<void> => {
  const AttributeNames = ["RedrivePolicy", "VisibilityTimeout"];
  const { Attributes } = await callSqs(cloud, "GetQueueAttributes", source, { AttributeNames });
  const before = Attributes as { RedrivePolicy: string; VisibilityTimeout: string }; // what was asked for
  const policy = JSON.parse(before.RedrivePolicy) as { deadLetterTargetArn: string }; // SQS's format
  const hasty = { VisibilityTimeout: "1", RedrivePolicy: JSON.stringify({ ...policy, maxReceiveCount: 1 }) };
  await callSqs(cloud, "SetQueueAttributes", source, { Attributes: hasty });
  await callSqs(cloud, "SendMessage", source, { MessageBody: "no JSON" });
  const target = policy.deadLetterTargetArn.split(":").at(-1) ?? "";
  while ((await depths(cloud, new RegExp(`^${target}$`)))[target] === 0) await sleep(LOOK_MS);
  await callSqs(cloud, "SetQueueAttributes", source, { Attributes: before });
};

/** One letter in each dead-letter queue of the services. */
export const bury = async (cloud: TestCloud): Promise<void> => {
  const sources = await namesOf(cloud, /-(?:Imports|Files|Chunks|DeadSpeak|Tasks)Queue-/);
  await Promise.all(sources.map((name) => fail(cloud, name)));
  for (const name of await namesOf(cloud, /-FailedQueue-/))
    await callSqs(cloud, "SendMessage", name, { MessageBody: failedPicture() });
  for (const name of await namesOf(cloud, /-DeadClicksQueue-/))
    await callSqs(cloud, "SendMessage", name, { MessageBody: uncountedClicks() });
};
