// A 4 KB object over the port beside a bare node:http server that answers the same bytes: requests per second.
import { type ChildProcess, spawn } from "node:child_process";
import { Agent, request } from "node:http";
import type { BenchRow } from "@warmstart/testing/bench";
import { sign } from "../src/protocols/sigv4.ts";
import { startCloudProcess } from "./cloud-process.ts";
import { median } from "./load.ts";

const ROUNDS = 7;
const PER_ROUND = 4_000;
const CONNECTIONS = 10;
const LEAST = 0.4;
const BARE_PORT = 4986;
const BODY = Buffer.alloc(4096, "warmstart ");

const BARE = `const body = Buffer.alloc(4096, "warmstart ");
require("node:http").createServer((request, response) => {
  response.setHeader("content-length", body.length);
  response.end(body);
}).listen(${BARE_PORT}, "127.0.0.1", () => console.log("ready"));`;

interface Asked {
  readonly port: number;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

const ask = (agent: Agent, { body, method = "GET", ...options }: Asked): Promise<void> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ ...options, method, agent, host: "127.0.0.1" }, (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${options.path}: ${response.statusCode}`)),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });

const perSecond = async (asked: Asked): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let left = PER_ROUND;
  const started = performance.now();
  const worker = async (): Promise<void> => {
    while (left-- > 0) await ask(agent, asked);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  agent.destroy();
  return (PER_ROUND / (performance.now() - started)) * 1000;
};

const signed = (port: number, method: string, path: string): Asked => {
  const by = { region: "us-east-1", service: "s3", accessKeyId: "local", secretAccessKey: "local", now: Date.now() };
  const headers = { host: `127.0.0.1:${port}`, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
  return { port, method, path, headers: sign({ method, path, rawQuery: "", headers }, by) };
};

const startBare = (): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["-e", BARE], { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => resolve(child));
    child.once("exit", (code) => reject(new Error(`the bare server ended with ${code}`)));
  });

/** Interleaved rounds, so that a busy machine weighs on both. */
export const s3Rows = async (): Promise<readonly BenchRow[]> => {
  const cloud = await startCloudProcess();
  const bare = await startBare();
  const port = Number(new URL(cloud.endpoint).port);
  const agent = new Agent();
  await ask(agent, signed(port, "PUT", "/bench-s3"));
  const put = signed(port, "PUT", "/bench-s3/object");
  const length = { "content-length": String(BODY.length) };
  await ask(agent, { ...put, headers: { ...put.headers, ...length }, body: BODY });
  const rates = { own: [] as number[], bare: [] as number[] };
  const [own, peer] = [signed(port, "GET", "/bench-s3/object"), { port: BARE_PORT, path: "/" }];
  await perSecond(own);
  await perSecond(peer);
  for (let round = 0; round < ROUNDS; round++) {
    rates.own.push(await perSecond(own));
    rates.bare.push(await perSecond(peer));
  }
  bare.removeAllListeners("exit").kill("SIGTERM");
  await cloud.close();
  const [rate, bareRate] = [median(rates.own), median(rates.bare)];
  return [
    {
      name: `4 KB S3 GET/s (bare node:http ${bareRate.toFixed(0)})`,
      value: rate.toFixed(0),
      ratio: rate / bareRate,
      target: `≥ ${LEAST}`,
      ok: rate / bareRate >= LEAST,
    },
  ];
};
