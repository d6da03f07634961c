// A deploy of the probe that fails at its last resource, and deploys that the death of the cloud cuts short.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { LambdaClient, ListAliasesCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createCloud } from "../src/cloud.ts";
import { openSls, type Sls } from "./sls.test.fixture.ts";

const ROUNDS = process.env["WARMSTART_FULL"] === "1" ? 20 : 2;
const LIMIT = 120_000 + ROUNDS * 30_000;
const TEMPLATE = "cloudformation-template-update-stack.json";
const CLOUD = new URL("../src/cloud.ts", import.meta.url).href;

interface Template {
  readonly Resources: Record<string, object>;
}

let sls: Sls;
let root: string;
/** Three packages: the old one; a new one with other code, configuration and resources; and that one with a last resource that fails. */
const folderOf = (name: "old" | "new" | "failing"): string => join(root, name, ".serverless");

const change = (name: "new" | "failing", edit: (resources: Template["Resources"]) => void): void => {
  const path = join(folderOf(name), TEMPLATE);
  const template = JSON.parse(readFileSync(path, "utf8")) as Template; // sls wrote it
  edit(template.Resources);
  writeFileSync(path, JSON.stringify(template));
};

beforeAll(async () => {
  sls = openSls("http://127.0.0.1:1");
  root = mkdtempSync(join(tmpdir(), "warmstart-crash-"));
  const packaged = join(sls.folder, ".serverless");
  await sls.run("package");
  cpSync(packaged, folderOf("old"), { recursive: true });
  const code = join(sls.folder, "handlers.js");
  writeFileSync(code, readFileSync(code, "utf8").replace("code: 1", "code: 2"));
  await sls.run("package", { PROBE_WORD: "two" });
  cpSync(packaged, folderOf("new"), { recursive: true });
  change("new", (resources) => {
    resources["Extra"] = { Type: "AWS::SQS::Queue", Properties: { QueueName: "probe-local-extra" } };
    delete resources["CurrentRequested"];
  });
  cpSync(folderOf("new"), folderOf("failing"), { recursive: true });
  change("failing", (resources) => {
    const DependsOn = Object.keys(resources);
    resources["Last"] = { Type: "AWS::S3::Bucket", Properties: { BucketName: "taken" }, DependsOn };
  });
}, LIMIT);
afterAll(() => {
  sls.close();
  rmSync(root, { recursive: true, force: true });
});

const configOf = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
type Config = ReturnType<typeof configOf>;

const OLD = { words: ["one"], codes: 1, extra: false, alias: true, items: ["kept"] };
const NEW = { ...OLD, words: ["two"], extra: true, alias: false };

/** What tells old from new: configuration and code of all functions, and which resources there are. */
const seen = async (config: Config): Promise<typeof OLD> => {
  const lambda = new LambdaClient(config);
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const { Aliases = [] } = await lambda.send(new ListAliasesCommand({ FunctionName: "probe-local-requested" }));
  const { QueueUrls = [] } = await new SQSClient(config).send(new ListQueuesCommand({}));
  const { Items = [] } = await new DynamoDBClient(config).send(new ScanCommand({ TableName: "probe-local-items" }));
  return {
    words: [...new Set(Functions.map(({ Environment }) => Environment?.Variables?.["WORD"] ?? ""))],
    codes: new Set(Functions.map(({ CodeSha256 }) => CodeSha256)).size,
    extra: QueueUrls.some((url) => url.endsWith("/probe-local-extra")),
    alias: Aliases.length > 0,
    items: Items.map(({ id }) => id?.S ?? ""),
  };
};

const keepItem = (config: Config): Promise<unknown> =>
  new DynamoDBClient(config).send(new PutItemCommand({ TableName: "probe-local-items", Item: { id: { S: "kept" } } }));

test(
  "a deploy that fails at the last of its resources restores code, configuration, resources and data",
  async () => {
    const cloud = await createCloud({ port: 0 });
    const config = configOf(cloud.endpoint);
    try {
      await cloud.deploy({ folder: folderOf("old") });
      await keepItem(config);
      const url = cloud.status().services["probe"]?.url ?? "";
      const before = await (await fetch(`${url}/open`)).json();
      const codes = cloud.resources("probe-local").map(({ logicalId, physicalId }) => [logicalId, physicalId]);
      const s3 = new S3Client({ ...config, forcePathStyle: true });
      await s3.send(new CreateBucketCommand({ Bucket: "taken" }));
      await expect(cloud.deploy({ folder: folderOf("failing") })).rejects.toThrow(/Last \(AWS::S3::Bucket\): .*bucket/);
      const { Stacks } = await new CloudFormationClient(config).send(new DescribeStacksCommand({}));
      expect(Stacks?.[0]?.StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
      expect(await seen(config)).toEqual(OLD);
      expect(await (await fetch(`${url}/open`)).json()).toEqual(before);
      expect(cloud.resources("probe-local").map(({ logicalId, physicalId }) => [logicalId, physicalId])).toEqual(codes);
      expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toContain("taken");
      await cloud.idle();
    } finally {
      await cloud.close();
    }
  },
  LIMIT,
);

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

interface Running {
  readonly endpoint: string;
  readonly child: ChildProcess;
}

const start = async (folder: string): Promise<Running> => {
  const program = `const { createCloud } = await import(${JSON.stringify(CLOUD)});
    const cloud = await createCloud({ port: 0, folder: ${JSON.stringify(folder)}, apiPorts: { from: 4811, to: 4830 } });
    console.log(cloud.endpoint); process.on("SIGTERM", () => cloud.close().then(() => process.exit(0)));`;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", program];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let complaints = "";
  child.stderr.on("data", (chunk) => (complaints += String(chunk)));
  const died = once(child, "exit").then(() => Promise.reject(new Error(`the cloud did not start: ${complaints}`)));
  const [endpoint] = (await Promise.race([once(createInterface(child.stdout), "line"), died])) as [string]; // readline's
  died.catch(() => {}); // it ends later, as it should
  return { endpoint, child };
};

const end = async ({ child }: Running, signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return; // it would not exit once more
  child.kill(signal);
  await once(child, "exit");
};

const deploy = ({ endpoint }: Running, name: "old" | "new"): Promise<Response> =>
  fetch(`${endpoint}/_warmstart/v1/deploy`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ folder: folderOf(name) }),
  });

/** Processes that still work inside a state folder. */
const processesIn = (folder: string): readonly string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });

/** Until its stack is being updated: before that, nothing is at stake. On a busy machine it may be over between two looks. */
const updating = async ({ endpoint }: Running, answered: Promise<Response | Error>): Promise<void> => {
  const client = new CloudFormationClient(configOf(endpoint));
  for (;;) {
    const { Stacks } = await client.send(new DescribeStacksCommand({}));
    if (Stacks?.[0]?.StackStatus !== "UPDATE_COMPLETE") return;
    const answer = await Promise.race([answered, Promise.resolve(undefined)]);
    if (answer instanceof Error) throw answer;
    if (answer?.ok === false) throw new Error(`the deploy is refused: ${await answer.text()}`);
    if (answer !== undefined) return;
  }
};

/** Numbers from 0 to 1 that are the same in every run. */
const fractions = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => ((index * 7 + 3) % count) / count + 0.5 / count);

test(
  `after kill -9 at ${ROUNDS} moments of a deploy the stack is either old or new`,
  async () => {
    const base = join(root, "base");
    const first = await start(base);
    expect((await deploy(first, "old")).status).toBe(200);
    await keepItem(configOf(first.endpoint));
    await end(first, "SIGTERM");
    let updateMs = 0;
    const outcomes: string[] = [];
    for (const fraction of [1, ...fractions(ROUNDS)]) {
      const folder = join(root, `round-${fraction}`);
      cpSync(base, folder, { recursive: true });
      const running = await start(folder);
      const answered = deploy(running, "new").catch(
        (error: unknown) => new Error("the deploy is cut", { cause: error }),
      );
      await updating(running, answered);
      const started = performance.now();
      if (updateMs === 0) {
        await answered;
        updateMs = performance.now() - started;
      } else await new Promise((resolve) => setTimeout(resolve, fraction * updateMs));
      await end(running, "SIGKILL");
      await answered;
      const again = await start(folder);
      const { Stacks } = await new CloudFormationClient(configOf(again.endpoint)).send(new DescribeStacksCommand({}));
      const status = Stacks?.[0]?.StackStatus ?? "";
      expect(["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"]).toContain(status);
      const now = await seen(configOf(again.endpoint));
      expect(status === "UPDATE_COMPLETE" ? [OLD, NEW] : [OLD]).toContainEqual(now);
      outcomes.push(status);
      await end(again, "SIGTERM");
      expect(processesIn(folder)).toEqual([]);
      rmSync(folder, { recursive: true, force: true });
    }
    expect(outcomes).toContain("UPDATE_ROLLBACK_COMPLETE");
  },
  LIMIT,
);
