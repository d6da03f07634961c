// Start, warm requests and throughput beside serverless-offline, all in one run.
import { join } from "node:path";
import type { BenchRow } from "@warmstart/testing/bench";
import { startCloudProcess, type CloudProcess } from "./cloud-process.ts";
import { atOnce, firstAnswer, median, oneByOne, quantile, type Target } from "./load.ts";
import { installPeer, packageHello, startPeer } from "./peer.ts";

const STARTS = 5;
const ROUNDS = 5;
const PER_ROUND = 400;
const SERVICES = join(import.meta.dirname, "../../../services");
const REAL = ["url-shortener", "image-resizer"].map((name) => join(SERVICES, name));

const imports = { "users-local-Issuer": "https://users.example", "users-local-ClientId": "nobody" };

interface Deployed {
  readonly outputs: Readonly<Record<string, string>>;
}

const deploy = async (cloud: CloudProcess, folder: string): Promise<Target> => {
  const { outputs } = await cloud.admin<Deployed>("POST", "/deploy", { folder, imports });
  return { url: `${outputs["HttpApiUrl"] ?? ""}/hello`, body: '{"name":"bench"}' };
};

const measureStarts = async (): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    const cloud = await startCloudProcess();
    times.push(cloud.readyMs);
    await cloud.close();
  }
  return median(times);
};

/** Both real services and copies of the small one, eight in all, from nothing to the answer of the last. */
const measureEight = async (copies: readonly string[]): Promise<number> => {
  const started = performance.now();
  const cloud = await startCloudProcess();
  for (const folder of REAL) await deploy(cloud, folder);
  for (const folder of copies) await firstAnswer(await deploy(cloud, folder));
  const ms = performance.now() - started;
  await cloud.close();
  return ms;
};

const row = (
  name: string,
  value: string,
  ratio: number,
  { most, least }: { most?: number; least?: number },
): BenchRow => ({
  name,
  value,
  ratio,
  target: most === undefined ? `≥ ${least}` : `≤ ${most}`,
  ok: most === undefined ? ratio >= (least ?? 0) : ratio <= most,
});

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

export const httpRows = async (): Promise<readonly BenchRow[]> => {
  installPeer();
  const copies = ["hello-1", "hello-2", "hello-3", "hello-4", "hello-5", "hello-6"].map(packageHello);
  const readyMs = await measureStarts();
  const eightMs = await measureEight(copies);
  const peer = await startPeer();
  const cloud = await startCloudProcess();
  const [first = ""] = copies;
  const own = await deploy(cloud, first);
  await firstAnswer(own);
  const times = { own: [] as number[], peer: [] as number[] };
  const rates = { own: [] as number[], peer: [] as number[] };
  await oneByOne(own, PER_ROUND);
  await oneByOne(peer.target, PER_ROUND);
  for (let round = 0; round < ROUNDS; round++) {
    times.own.push(...(await oneByOne(own, PER_ROUND)));
    times.peer.push(...(await oneByOne(peer.target, PER_ROUND)));
    rates.own.push(await atOnce(own, { connections: 10, count: 2_000 }));
    rates.peer.push(await atOnce(peer.target, { connections: 10, count: 400 }));
  }
  await cloud.close();
  await peer.close();
  const p = (share: number) => ({ own: quantile(times.own, share), peer: quantile(times.peer, share) });
  const [p50, p99] = [p(0.5), p(0.99)];
  const [rate, peerRate] = [median(rates.own), median(rates.peer)];
  return [
    { name: "serverless-offline, start to first 200", value: ms(peer.firstAnswerMs), ok: true },
    row("cloud ready", ms(readyMs), readyMs / peer.firstAnswerMs, { most: 0.15 }),
    row("8 services deployed, each answers", ms(eightMs), eightMs / peer.firstAnswerMs, { most: 1 }),
    row(`warm HTTP p50 (peer ${ms(p50.peer)})`, ms(p50.own), p50.own / p50.peer, { most: 0.6 }),
    row(`warm HTTP p99 (peer ${ms(p99.peer)})`, ms(p99.own), p99.own / p99.peer, { most: 1 }),
    row(`requests/s at 10 connections (peer ${peerRate.toFixed(0)})`, rate.toFixed(0), rate / peerRate, { least: 5 }),
  ];
};
