// A 4 KB object over the port beside a bare node:http server that answers the same bytes: requests per second.
import { type ChildProcess, spawn } from "node:child_process";
import type { BenchRow } from "@warmstart/testing/bench";
import { sign } from "../src/protocols/sigv4.ts";
import { startCloudProcess } from "./cloud-process.ts";
import { atOnce, median, oneByOne, type Target } from "./load.ts";

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

const signed = (endpoint: string, path: string, { method = "GET", body }: Partial<Target> = {}): Target => {
  const by = { region: "us-east-1", service: "s3", accessKeyId: "local", secretAccessKey: "local", now: Date.now() };
  const headers = { host: new URL(endpoint).host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
  const signedHeaders = sign({ method, path, rawQuery: "", headers }, by);
  return { url: `${endpoint}${path}`, method, headers: signedHeaders, ...(body && { body }) };
};

const perSecond = (target: Target): Promise<number> => atOnce(target, { connections: CONNECTIONS, count: PER_ROUND });

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
  await oneByOne(signed(cloud.endpoint, "/bench-s3", { method: "PUT" }), 1);
  await oneByOne(signed(cloud.endpoint, "/bench-s3/object", { method: "PUT", body: BODY }), 1);
  const rates = { own: [] as number[], bare: [] as number[] };
  const own = signed(cloud.endpoint, "/bench-s3/object");
  const peer = { url: `http://127.0.0.1:${BARE_PORT}/`, method: "GET" };
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
