// `sls invoke local -f <function> -p <event>` works for every function, against a running cloud.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openCloud, type TestCloud } from "@warmstart/testing";
import { fixturesOf } from "./check/fixtures.ts";
import { functionNames } from "./check/template.ts";
import { run } from "./command.ts";
import { inDeployOrder } from "./deploy-order.ts";
import { root, serviceFolder, services } from "./repository.ts";

/** osls does not end by itself after a failed invoke. */
const LIMIT_MS = 60_000;

const all = services().flatMap((service) => functionNames(service).map((name) => ({ service, name })));
const firstOfEach = services().map((service) => ({ service, name: functionNames(service)[0] ?? "" }));

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await openCloud({ clock: "real" });
  for (const name of inDeployOrder(services())) await cloud.deploy(serviceFolder(name));
}, 60_000);
afterAll(() => cloud.close());

// About two seconds each, so the short run takes one of each service.
test.each(process.env["WARMSTART_FULL"] === "1" ? all : firstOfEach)(
  "$service: sls invoke local -f $name",
  async ({ service, name }) => {
    const [event = ""] = fixturesOf(service, name);
    const args = ["invoke", "local", "--stage", "local", "-f", name, "-p", join(root, event)];
    const { status, output } = await run("sls", args, {
      cwd: serviceFolder(service),
      env: cloud.env,
      limitMs: LIMIT_MS,
    });
    expect({ status, output }).toMatchObject({ status: 0, output: expect.not.stringContaining("Error:") });
  },
  LIMIT_MS + 10_000,
);
