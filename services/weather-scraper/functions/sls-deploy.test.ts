// What an operator does: `sls deploy --stage local`, and in the morning there are forecasts.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type HttpResult, openCloud, send, type TestCloud } from "@warmstart/testing";
import { type ProviderServer, startProviderServer } from "../local/provider-server.ts";
import type { ForecastView } from "../src/answer-schemas.ts";

const service = join(import.meta.dirname, "..");
const osls = dirname(createRequire(import.meta.url).resolve("osls/package.json"));
// Without tsconfig.json, which extends another one: esbuild needs neither.
const LEFT_OUT = ["tsconfig.json", ".serverless", ".serverless.lock", ".esbuild", ".turbo", "dist", "node_modules"];

/** A copy of the service, below `root`: what is packaged for the other tests stays as it is. */
const copied = (root: string): string => {
  const folder = join(root, basename(service));
  cpSync(service, folder, { recursive: true, filter: (path) => !LEFT_OUT.includes(basename(path)) });
  symlinkSync(dirname(osls), join(root, "node_modules"));
  return folder;
};

/** What it printed; throws that when it fails. Nothing of the shell reaches it: a profile would send it to AWS. */
const sls = (args: readonly string[], { cwd, endpoint }: { cwd: string; endpoint: string }): Promise<string> => {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, WARMSTART_PORT: new URL(endpoint).port, SLS_NOTIFICATIONS_MODE: "off" };
  const program = join(osls, "bin/serverless.js");
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"], env });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  child.on("error", reject);
  child.on("close", (status) => (status === 0 ? resolve(output) : reject(new Error(output))));
  return promise;
};

const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip; // packages the service once more

inFullRuns("deployed by sls", () => {
  let root: string;
  let cloud: TestCloud;
  let providers: ProviderServer;
  let url: string;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "warmstart-weather-"));
    cloud = await openCloud();
    providers = await startProviderServer({
      now: async () => Date.parse((await cloud.ask<{ now: string }>("GET", "/clock")).now),
    });
    const args = ["deploy", "--stage", "local", "--param", `providersUrl=${providers.url}`];
    const output = await sls(args, { cwd: copied(root), endpoint: cloud.endpoint });
    url = /GET - (\S+)\/locations$/m.exec(output)?.[1] ?? output;
  }, 60_000);
  afterAll(async () => {
    rmSync(root, { recursive: true });
    await cloud.close();
    await providers.close();
  });

  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpResult> =>
    send("GET", url + path, { headers });

  test("the schedule fires at 02:07, and all five places of the file have forecasts", async () => {
    expect(await get("/locations/london/forecast")).toBeProblem(404, "no-forecast-yet");
    const fired = await cloud.clock.advance("14h 25m");
    await cloud.idle();
    expect(fired.map(({ time, label }) => `${time} ${label}`)).toContainEqual(
      expect.stringMatching(/^2026-01-16T02:07:00.000Z .*schedule/i),
    );
    expect(await get("/runs/2026-01-16")).toBeHttp(200, { planned: 5, ok: 5, failed: 0, complete: true });
    const { data } = (await get("/locations")).json as { readonly data: readonly { readonly id: string }[] };
    expect(data).toHaveLength(5);
    for (const { id } of data) {
      const answer = await get(`/locations/${id}/forecast`);
      expect(answer).toBeHttp(200, { location: { id }, units: "si", stale: false });
      const { attribution, days } = answer.json as ForecastView; // openapi.json
      expect(attribution).toMatchObject([
        { text: expect.stringContaining("Based on data from"), url: expect.any(String) },
      ]);
      expect(days.length).toBeGreaterThanOrEqual(7);
      expect(await get(`/locations/${id}/forecast`, { "if-none-match": answer.headers["etag"] ?? "" })).toBeHttp(304);
    }
  });
});
