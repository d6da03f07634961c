// docs/deploying.md: its commands are typed into one terminal, in their order, against the embedded AWS, where the stage
// `prod` is allowed; its tables agree with the services.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openCloud, type TestCloud } from "@warmstart/testing";
import { bury, depths } from "./dead-letters.test.fixture.ts";
import { type Block, blocksOf } from "./readme.ts";
import { root, services } from "./repository.ts";
import { openTerminal, type Terminal } from "./terminal.test.fixture.ts";

const PAGE = "docs/deploying.md";
const LEFT_OUT = new Set([".serverless", ".serverless.lock", ".esbuild", ".turbo", "dist", "node_modules"]);
const LIMIT_MS = 400_000; // for four deploys on a busy machine
const isFull = process.env["WARMSTART_FULL"] === "1";

const page = readFileSync(join(root, PAGE), "utf8");
const blocks = blocksOf(PAGE).filter(({ runs }) => runs);

/** The heading over a block. */
const sectionOf = ({ line }: Block): string =>
  page
    .split("\n")
    .slice(0, line)
    .findLast((each) => /^##+ /.test(each)) ?? "";

const SHORT = new Set(["## Credentials"]);
const typed = blocks.filter((block) => isFull || SHORT.has(sectionOf(block)));

const hasAws = spawnSync("aws", ["--version"]).status === 0;
if (!hasAws) process.stderr.write(`There is no AWS CLI (apt-get install awscli): ${PAGE} is not typed\n`);

/** Older versions of the AWS CLI know no AWS_ENDPOINT_URL. */
const PRELUDE = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }';

/** The repository as a reader has it, but for what tests of `local` need: a deploy would replace their packages. */
const copyRepository = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "warmstart-deploying-"));
  for (const part of ["services", "events", "package.json", "tsconfig.base.json"])
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
};

/** What a reader's shell knows before the first command. Nothing of this one that might send them to AWS. */
const readerIn = (folder: string, endpoint: string): NodeJS.ProcessEnv => {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:AWS|WARMSTART|NODE_OPTIONS|npm)/.test(name));
  const config = join(folder, "aws-config");
  writeFileSync(config, "[profile prod]\naws_access_key_id = local\naws_secret_access_key = local\n");
  return {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_ENDPOINT_URL: endpoint,
    SLS_AWS_MONITORING_FREQUENCY: "50", // ms instead of 5 s between two looks at CloudFormation
    SLS_NOTIFICATIONS_MODE: "off",
  };
};

interface Mail {
  readonly subject?: string;
  readonly body: string;
}

const mailsOf = async (cloud: TestCloud): Promise<readonly Mail[]> =>
  (await cloud.ask<{ messages: readonly Mail[] }>("GET", "/outbox")).messages;

const LETTERS = /Dead(?:Files|Chunks|Imports|Clicks)Queue|LostSpeakQueue|dead-tasks/;

/** What happens to a reader before the block that begins like this, and is no command. */
const MEANWHILE: Readonly<Record<string, (cloud: TestCloud) => Promise<void>>> = {
  "ALARM=": async (cloud) => {
    const links = (await mailsOf(cloud)).flatMap(({ body }) => /To confirm: (\S+)/.exec(body)?.[1] ?? []);
    expect(links).toHaveLength(1);
    await fetch(links[0] ?? "");
  },
  "queue()": async (cloud) => {
    await bury(cloud);
    expect(Object.values(await depths(cloud, LETTERS))).toEqual([1, 1, 1, 1, 1, 1]);
  },
  // What failed once fails again, and is back in minutes.
  "MAPPING=": async (cloud) => expect(Object.values(await depths(cloud, /FailedQueue/))).toEqual([0]),
  "for bucket in images": async (cloud) => {
    expect((await mailsOf(cloud)).map(({ body }) => body)).toContainEqual(expect.stringContaining("StuckAlarm"));
    expect(Object.values(await depths(cloud, LETTERS))).toEqual([0, 0, 0, 0, 0, 0]);
  },
};

test.each(blocks.map((block) => [`${PAGE}:${block.line}`, block.code] as const))("%s is bash", (_where, code) => {
  const { status, stderr } = spawnSync("bash", ["-n"], { input: code, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

(hasAws ? describe : describe.skip)("typed as they stand", () => {
  let folder: string;
  let cloud: TestCloud;
  let terminal: Terminal;
  beforeAll(async () => {
    folder = copyRepository();
    cloud = await openCloud({ clock: "real", stages: ["prod"] });
    terminal = openTerminal({ cwd: folder, env: readerIn(folder, cloud.endpoint) });
    await terminal.type(PRELUDE);
  });
  afterAll(async () => {
    terminal.close();
    await cloud.close();
    rmSync(folder, { recursive: true });
  });

  test.each(typed.map((block) => [`${PAGE}:${block.line}, ${sectionOf(block)}`, block] as const))(
    "%s",
    async (where, { code }) => {
      if (isFull) process.stderr.write(`${where}\n`);
      const [, meanwhile] = Object.entries(MEANWHILE).find(([start]) => code.startsWith(start)) ?? [];
      await meanwhile?.(cloud);
      await expect(terminal.type(code)).resolves.toEqual(expect.any(String));
    },
    LIMIT_MS,
  );

  test("nothing is left of the stacks", async () => {
    const state = await cloud.ask<{ services: object }>("GET", "/state");
    expect(Object.keys(state.services)).toEqual([]);
  });
});

test("every service is named", () => {
  expect(services().filter((name) => !page.includes(`services/${name}/README.md`))).toEqual([]);
});
