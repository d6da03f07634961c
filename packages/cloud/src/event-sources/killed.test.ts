// A cloud that is killed in the middle of its work, again and again: what it acknowledged holds.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from "@aws-sdk/client-cloudformation";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { seeded } from "../faults/faults.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";
const [MESSAGES, KILLS] = FULL ? [1000, 20] : [80, 2];
const folder = mkdtempSync(join(tmpdir(), "killed-test-"));
const state = join(folder, "state");
const record = join(folder, "record");
const config = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" }, maxAttempts: 1 };

interface Life {
  readonly process: ChildProcess;
  readonly sqs: SQSClient;
  readonly endpoint: string;
}
let life: Life;

const { PATH, NODE_COMPILE_CACHE } = process.env;

const begin = async (): Promise<Life> => {
  const script = new URL("killed-cloud.test.fixture.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, state], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH, ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }) },
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const endpoint = line.toString().trim();
  return { process: child, sqs: new SQSClient({ ...config, endpoint }), endpoint };
};
const kill = async (): Promise<void> => {
  const ended = once(life.process, "exit");
  life.process.kill("SIGKILL");
  await ended;
  life.sqs.destroy();
};

/** A function with its queue, and a queue without. */
const template = {
  Resources: {
    Plain: { Type: "AWS::SQS::Queue", Properties: { QueueName: "plain", VisibilityTimeout: 1 } },
    Mapped: { Type: "AWS::SQS::Queue", Properties: { QueueName: "mapped", VisibilityTimeout: 1 } },
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
        },
        Policies: [
          {
            PolicyName: "reads",
            PolicyDocument: {
              Version: "2012-10-17",
              Statement: [
                {
                  Effect: "Allow",
                  Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                  Resource: { "Fn::GetAtt": ["Mapped", "Arn"] },
                },
                { Effect: "Allow", Action: "logs:*", Resource: "*" },
              ],
            },
          },
        ],
      },
    },
    Function: {
      Type: "AWS::Lambda::Function",
      Properties: {
        FunctionName: "reader",
        Handler: "index.handler",
        Runtime: "nodejs24.x",
        Timeout: 1,
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Environment: { Variables: { RECORD: record } },
        Code: {
          ZipFile: `const { appendFileSync } = require("node:fs");
            exports.handler = async ({ Records }) => appendFileSync(process.env.RECORD, Records.map(({ body }) => process.pid + " " + body + "\\n").join(""));`,
        },
      },
    },
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { EventSourceArn: { "Fn::GetAtt": ["Mapped", "Arn"] }, FunctionName: { Ref: "Function" } },
    },
  },
};

beforeAll(async () => {
  life = await begin();
  const stacks = new CloudFormationClient({ ...config, endpoint: life.endpoint });
  const command = { StackName: "killed", TemplateBody: JSON.stringify(template), Capabilities: ["CAPABILITY_IAM" as const] }; // prettier-ignore
  await stacks.send(new CreateStackCommand(command));
  await waitUntilStackCreateComplete({ client: stacks, maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.2 }, { StackName: "killed" }); // prettier-ignore
  stacks.destroy();
}, 30_000);
afterAll(async () => {
  await kill();
  rmSync(folder, { recursive: true, force: true });
});

const QueueUrl = (name: string): string => `${life.endpoint}/000000000000/${name}`;
const recorded = (): readonly string[] => (existsSync(record) ? readFileSync(record, "utf8").trim().split("\n") : []);
const isAlive = (pid: string): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
};
/** Whether the call was answered. */
const answered = async (call: Promise<unknown>): Promise<boolean> => {
  try {
    await call;
    return true;
  } catch {
    return false;
  }
};
const depth = async (name: string): Promise<number> => {
  const { Attributes = {} } = await life.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: QueueUrl(name), AttributeNames: ["All"] }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
};

test(
  `killed ${KILLS} times in a run of ${MESSAGES} messages, nothing acknowledged is lost and nothing deleted comes back`,
  async () => {
    const random = seeded(7);
    const sent = { plain: new Set<string>(), mapped: new Set<string>() };
    const deleted = new Set<string>();
    const seen = new Set<string>();
    const revenants: string[] = [];
    const count = (): number => sent.plain.size + sent.mapped.size;
    let next = 0;

    const sender = async (until: number): Promise<void> => {
      while (count() < until) {
        const body = String(++next);
        const queue = next % 2 === 0 ? "plain" : "mapped";
        const { sqs } = life;
        if (!(await answered(sqs.send(new SendMessageCommand({ QueueUrl: QueueUrl(queue), MessageBody: body })))))
          return;
        sent[queue].add(body);
      }
    };
    /** Deletes two of three messages that it gets. */
    const consume = async (every: boolean): Promise<void> => {
      const { sqs } = life;
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: QueueUrl("plain"), MaxNumberOfMessages: 10 })); // prettier-ignore
      for (const { Body = "", ReceiptHandle } of Messages) {
        seen.add(Body);
        if (deleted.has(Body)) revenants.push(Body);
        if (!every && Number(Body) % 3 === 0) continue;
        const command = new DeleteMessageCommand({ QueueUrl: QueueUrl("plain"), ReceiptHandle });
        if (await answered(sqs.send(command))) deleted.add(Body);
      }
    };

    for (let round = 0; round < KILLS; round++) {
      const until = Math.floor((MESSAGES * (round + 0.3 + 0.7 * random())) / KILLS);
      const consumer = { stop: false };
      const consuming = (async () => {
        while (!consumer.stop && (await answered(consume(false)))) await sleep(5);
      })();
      await Promise.all(Array.from({ length: 4 }, () => sender(until)));
      const last = Promise.all(Array.from({ length: 4 }, () => sender(until + 50))); // the kill comes in the midst of these
      await sleep(20 * random());
      await kill();
      consumer.stop = true;
      await Promise.all([last, consuming]);
      life = await begin();
    }
    const functions = new Set(recorded().map((line) => line.split(" ")[0] ?? ""));
    await Promise.all(Array.from({ length: 4 }, () => sender(MESSAGES)));
    for (let patience = 200; patience > 0 && (await depth("plain")) + (await depth("mapped")) > 0; patience--) {
      await consume(true);
      await sleep(50);
    }

    expect(revenants).toEqual([]);
    expect([...sent.plain].filter((body) => !seen.has(body))).toEqual([]);
    const handled = new Set(recorded().map((line) => line.split(" ")[1]));
    expect([...sent.mapped].filter((body) => !handled.has(body))).toEqual([]);
    expect(functions.size).toBeGreaterThan(0);
    const now = new Set(
      recorded()
        .slice(-1)
        .map((line) => line.split(" ")[0]),
    );
    expect([...functions].filter((pid) => isAlive(pid) && !now.has(pid))).toEqual([]);
  },
  FULL ? 180_000 : 30_000,
);
