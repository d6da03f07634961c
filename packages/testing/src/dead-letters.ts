// What nobody will try again: messages in queues that are a failure destination or a dead-letter queue of something.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AdminClient } from "./admin-client.ts";
import type { App } from "./app.ts";

export interface DeadLetters {
  readonly deadLetters: readonly { readonly queue: string; readonly messages: number }[];
}

/** Logical ids of the queues that a template names where failures go. */
const deadLetterQueues = (template: unknown): readonly string[] => {
  const found = new Set<string>();
  const targetsIn = (value: unknown): void => {
    const match = /"Fn::GetAtt":\["([^"]+)","Arn"\]/.exec(JSON.stringify(value) ?? "");
    if (match?.[1] !== undefined) found.add(match[1]);
  };
  JSON.stringify(template, (name, value: unknown) => {
    if (["OnFailure", "DeadLetterConfig", "deadLetterTargetArn"].includes(name)) targetsIn(value);
    return value;
  });
  return [...found];
};

const depth = async (admin: AdminClient, queueUrl: string): Promise<number> => {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
  const answer = await admin.call("sqs", "AmazonSQS.GetQueueAttributes", { QueueUrl: queueUrl, AttributeNames });
  return Object.values((answer["Attributes"] ?? {}) as Record<string, string>).reduce((sum, n) => sum + Number(n), 0);
};

export const readDeadLetters = async (admin: AdminClient, apps: readonly App[]): Promise<DeadLetters> => {
  const queues = apps.flatMap((app) => {
    const template = join(app.folder, ".serverless/cloudformation-template-update-stack.json");
    return deadLetterQueues(JSON.parse(readFileSync(template, "utf8"))).map((logicalId) => app.resource(logicalId));
  });
  const depths = await Promise.all(
    queues.map(async (url) => ({ queue: url.slice(url.lastIndexOf("/") + 1), messages: await depth(admin, url) })),
  );
  return { deadLetters: depths.filter(({ messages }) => messages > 0) };
};
