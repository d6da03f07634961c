// What SQS may refuse, which the embedded one never does.
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeEach, expect, test } from "@jest/globals";
import { awsDouble } from "@warmstart/testing/aws-double";
import type { Delayed } from "./plan-run.ts";
import { sqsRetryAt, sqsSend } from "./sqs-tasks.ts";

const { sqs } = awsDouble({ sqs: SQSClient });
beforeEach(() => void sqs.reset());

const task = (at: number): Delayed =>
  ({ task: { runId: "2026-01-16", locationId: `place-${at}` }, delaySeconds: at }) as Delayed; // branded elsewhere

const send = sqsSend(new SQSClient({ region: "us-east-1" }), "https://sqs/tasks", { correlationId: "c-1" });

/** The entries of each call: `place-3`. */
const sent = (): readonly (readonly string[])[] =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .map(({ args }) =>
      (args[0].input.Entries ?? []).map(({ MessageBody }) => /place-\d+/.exec(MessageBody ?? "")?.[0] ?? ""),
    );

const refused = (...ids: readonly string[]) => ({
  Successful: [],
  Failed: ids.map((Id) => ({ Id, SenderFault: false, Code: "InternalError" })),
});

test("what SQS did not take of a batch is sent once more, alone", async () => {
  sqs.on(SendMessageBatchCommand).resolvesOnce(refused("1", "3")).resolves(refused());
  await send(Array.from({ length: 12 }, (_, at) => task(at)));
  expect(sent().map((entries) => entries.length)).toEqual([10, 2, 2]);
  expect(sent()[1]).toEqual(["place-1", "place-3"]);
});

test("what it does not take a second time is an error that names it: the plan is called again", async () => {
  sqs.on(SendMessageBatchCommand).resolvesOnce(refused("0", "1")).resolves(refused("1"));
  await expect(send([task(0), task(1)])).rejects.toThrow(/SQS did not take \{.*"place-1"\}$/);
});

test("a message comes back a second after its time, and in no more than the 12 hours that SQS allows", async () => {
  sqs.on(ChangeMessageVisibilityCommand).resolves({});
  const retryAt = sqsRetryAt(new SQSClient({ region: "us-east-1" }), "https://sqs/tasks");
  for (const seconds of [90, -5, 86_400]) await retryAt("receipt", Date.now() + seconds * 1000);
  const waits = sqs.commandCalls(ChangeMessageVisibilityCommand).map(({ args }) => args[0].input.VisibilityTimeout);
  expect(waits).toEqual([91, 0, 12 * 3600 - 300]);
});
