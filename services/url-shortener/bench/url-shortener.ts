// The redirect on three clients: size, cold and warm CPU, memory, each in fresh processes of one run.
import { build as settings } from "@warmstart/deploy/esbuild";
import type { BenchRow, BenchTable } from "@warmstart/testing/bench";
import { build, type Plugin } from "esbuild";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Sample {
  readonly coldCpuMilliseconds: number;
  readonly warmCpuMicroseconds: number;
  readonly rssMegabytes: number;
}
interface Figures extends Sample {
  readonly kilobytes: number;
}

const ROUNDS = 5;
const clients = join(import.meta.dirname, "clients");
const redirect = join(import.meta.dirname, "../functions/redirect.ts");

/** Bundles the redirect's handler with another file in the place of aws-get-link.ts. */
const bundle = async (outfile: string, entry: string, client?: string): Promise<string> => {
  const swap: Plugin = {
    name: "client",
    setup: (building) =>
      building.onResolve({ filter: /aws-get-link\.ts$/ }, () => (client === undefined ? undefined : { path: client })),
  };
  await build({ ...settings, entryPoints: [entry], outfile, plugins: [swap], logLevel: "error" });
  return outfile;
};

const measure = async (file: string, port: number): Promise<Sample> => {
  const env = {
    PATH: process.env["PATH"],
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    LINKS_TABLE: "links",
    AWS_LAMBDA_FUNCTION_NAME: "url-shortener-local-redirect",
  };
  const child = fork(join(clients, "measure.cjs"), [file], { env, execArgv: [] });
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => {
      throw new Error(`${file} ended with ${code}`);
    }),
  ]);
  return message as Sample; // what measure.cjs sends
};

/** The quickest round: what is more was another process's doing. */
const least = (values: readonly number[]): number => Math.min(...values);

const measureAll = async (files: Readonly<Record<string, string>>, port: number): Promise<Map<string, Figures>> => {
  const samples = new Map<string, Sample[]>(Object.keys(files).map((name) => [name, []]));
  // Round by round, so that a slow moment of the machine meets all candidates.
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, file] of Object.entries(files)) samples.get(name)?.push(await measure(file, port));
  }
  const of = (name: string, field: keyof Sample): number =>
    least((samples.get(name) ?? []).map((sample) => sample[field]));
  return new Map(
    Object.entries(files).map(([name, file]) => [
      name,
      {
        kilobytes: statSync(file).size / 1024,
        coldCpuMilliseconds: of(name, "coldCpuMilliseconds"),
        warmCpuMicroseconds: of(name, "warmCpuMicroseconds"),
        rssMegabytes: of(name, "rssMegabytes"),
      },
    ]),
  );
};

const MEASURES = [
  { field: "coldCpuMilliseconds", name: "cold CPU, load and first call", unit: "ms", most: 0.4 },
  { field: "warmCpuMicroseconds", name: "warm CPU per redirect", unit: "µs", most: 0.35 },
  { field: "rssMegabytes", name: "RSS after the first call", unit: "MB", most: 0.85 },
] as const;

const rowsOf = (name: string, figures: Figures, peer: Figures, chosen: boolean): BenchRow[] => [
  {
    name: `${name}: bundle`,
    value: `${figures.kilobytes.toFixed(1)} KB`,
    ratio: figures.kilobytes / peer.kilobytes,
    ...(chosen && { target: "≤ 25 KB" }),
    ok: !chosen || figures.kilobytes <= 25,
  },
  ...MEASURES.map(({ field, name: measured, unit, most }) => {
    const ratio = figures[field] / peer[field];
    const value = `${figures[field].toFixed(1)} ${unit}`;
    return {
      name: `${name}: ${measured}`,
      value,
      ratio,
      ...(chosen && { target: `≤ ${most}` }),
      ok: !chosen || ratio <= most,
    };
  }),
];

export const run = async (): Promise<BenchTable> => {
  const folder = mkdtempSync(join(tmpdir(), "url-shortener-bench-"));
  const stub = fork(join(clients, "stub-dynamodb.cjs"), { execArgv: [] });
  try {
    const [port] = await once(stub, "message");
    const files = {
      "lib-dynamodb": await bundle(join(folder, "lib.cjs"), redirect, join(clients, "lib-dynamodb.ts")),
      "aws-lite": await bundle(join(folder, "lite.cjs"), redirect, join(clients, "aws-lite.ts")),
      aws4: await bundle(join(folder, "aws4.cjs"), redirect),
      bare: await bundle(join(folder, "bare.cjs"), join(clients, "bare.ts")),
    };
    const figures = await measureAll(files, Number(port));
    const of = (name: keyof typeof files): Figures => {
      const found = figures.get(name);
      if (found === undefined) throw new Error(`${name} was not measured`);
      return found;
    };
    const peer = of("lib-dynamodb");
    const around = of("aws4").warmCpuMicroseconds / of("bare").warmCpuMicroseconds;
    return {
      title: "url-shortener: the redirect on three DynamoDB clients (ratio to bundled lib-dynamodb)",
      rows: [
        ...rowsOf("lib-dynamodb", peer, peer, false),
        ...rowsOf("aws-lite", of("aws-lite"), peer, false),
        ...rowsOf("aws4 (chosen)", of("aws4"), peer, true),
        {
          name: "handler around the GetItem, to the bare call",
          value: `${of("bare").warmCpuMicroseconds.toFixed(1)} µs bare`,
          ratio: around,
          target: "≤ 1.2",
          ok: around <= 1.2,
        },
      ],
    };
  } finally {
    stub.disconnect();
    rmSync(folder, { recursive: true });
  }
};
