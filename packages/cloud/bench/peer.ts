// The peer of the HTTP promises: serverless-offline, in a scratch folder because its own peer dependency is proprietary;
// osls loads it as well. The same plain function is what our side packages and runs.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstAnswer, type Target } from "./load.ts";

const SERVERLESS_OFFLINE = "14.8.2";
const OSLS = "4.3.1";
const SERVERLESS_ESBUILD = "1.57.2";
const ESBUILD = "0.28.2";
const PORT = 4981;

/** TypeScript, built by the same plugin on both sides. */
const HANDLER = `export const handler = async (event: { body?: string }) => ({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ hello: JSON.parse(event.body ?? "{}").name }),
});
`;

const configuration = (service: string, plugin: boolean): string => `service: ${service}
frameworkVersion: "4"
provider:
  name: aws
  runtime: nodejs22.x
  region: us-east-1
  stage: local
plugins: [serverless-esbuild${plugin ? ", serverless-offline" : ""}]
functions:
  hello:
    handler: hello.handler
    events:
      - httpApi: POST /hello
custom:
  serverless-offline: { httpPort: ${PORT}, lambdaPort: ${PORT + 1}, noPrependStageInUrl: true }
`;

const folder = join(tmpdir(), `warmstart-bench-serverless-offline-${SERVERLESS_OFFLINE}`);
const sls = join(folder, "node_modules/.bin/sls");

/** No proxy: osls ignores NO_PROXY. Keys that no one has. */
const environment = (): NodeJS.ProcessEnv => {
  const { HTTP_PROXY: _a, HTTPS_PROXY: _b, http_proxy: _c, https_proxy: _d, ...rest } = process.env;
  return { ...rest, AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
};

/** Installs the peer once; it stays in the temporary folder for the next run. */
export const installPeer = (): void => {
  mkdirSync(folder, { recursive: true });
  if (existsSync(join(folder, "node_modules/serverless-esbuild"))) return;
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const packages = [
    `serverless-offline@${SERVERLESS_OFFLINE}`,
    `osls@${OSLS}`,
    `serverless-esbuild@${SERVERLESS_ESBUILD}`,
    `esbuild@${ESBUILD}`,
  ];
  const args = ["install", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error", ...packages];
  execFileSync("npm", args, { cwd: folder, stdio: "inherit" });
};

const writeService = (name: string, plugin: boolean): string => {
  const service = join(folder, name);
  mkdirSync(service, { recursive: true });
  writeFileSync(join(service, "serverless.yml"), configuration(name, plugin));
  writeFileSync(join(service, "hello.ts"), HANDLER);
  return service;
};

/** The folder of the same service, packaged for our side. */
export const packageHello = (name: string): string => {
  const service = writeService(name, false);
  execFileSync(sls, ["package"], { cwd: service, env: environment(), stdio: "pipe" });
  return service;
};

export interface Peer {
  readonly target: Target;
  readonly firstAnswerMs: number;
  readonly close: () => Promise<void>;
}

export const startPeer = async (): Promise<Peer> => {
  const service = writeService("offline", true);
  const started = performance.now();
  const child = spawn(sls, ["offline", "start"], { cwd: service, env: environment(), stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const target = { url: `http://localhost:${PORT}/hello`, body: '{"name":"bench"}' };
  await firstAnswer(target);
  return {
    target,
    firstAnswerMs: performance.now() - started,
    close: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
};
