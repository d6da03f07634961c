// Every event of an import in events/products is what the factories make, and does what its name says.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { invoke, openCloud, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoImports } from "../src/dynamo-imports.ts";
import { folder, IMPORTS } from "./events.ts";
import { BEGUN, importEvents } from "./import-events.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openCloud();
  const app = await cloud.deploy("services/products", { only: "resources", imports: IMPORTS });
  Object.assign(process.env, await app.env("createImport"), await app.env("importProducts"), cloud.env);
  delete process.env["AWS_SESSION_TOKEN"];
  const createdAt = new Date(cloud.clock.now()).toISOString();
  const records = dynamoImports(tableOf(app.resource("ProductsTable")));
  await records.expect({ id: BEGUN, dryRun: false, createdBy: "ann", createdAt });
});
afterAll(() => cloud.close());

/** As in serverless.yml. */
const LIMIT = { timeoutMs: 900_000 };

const routes = () => import("../functions/product-imports.ts");
const handlers = {
  "create-import": async () => (await routes()).create,
  "get-import": async () => (await routes()).get,
  "import-products": async () => (await import("../functions/import-products.ts")).handler,
};

/** Status, or what the log says of the import, in this order: the file that the event tells of is not there. */
const OUTCOMES: Readonly<Record<string, number | string | undefined>> = {
  "create-import-new": 201,
  "create-import-dry-run": 201,
  "create-import-bad-query": 400,
  "create-import-customer": 403,
  "get-import-waiting": 200,
  "get-import-unknown": 404,
  "get-import-malformed": 404,
  "import-products-object-created": "import failed",
  "import-products-redelivery": "import ended",
  "import-products-other-file": "import other-file",
  "import-products-unknown": "import unknown",
  "import-products-test-event": undefined,
};

test("each event does what its name says", async () => {
  for (const [name, outcome] of Object.entries(OUTCOMES)) {
    const [owner] = Object.entries(handlers).filter(([prefix]) => name.startsWith(`${prefix}-`));
    const { status, error, failedItems, logs } = await invoke((await owner?.[1]()) as never, importEvents[name], LIMIT);
    const said = logs.map(({ message }) => String(message)).find((message) => message.startsWith("import "));
    expect([name, error, status ?? said]).toEqual([name, undefined, outcome]);
    expect([name, failedItems ?? []]).toEqual([name, []]);
  }
});

test("every event is tried here, and is what the factories make", () => {
  const names = readdirSync(folder).map((each) => each.replace(/\.json$/, ""));
  expect(names.filter((name) => name.includes("import")).toSorted()).toEqual(Object.keys(OUTCOMES).toSorted());
  for (const name of Object.keys(OUTCOMES)) {
    const kept: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    expect(kept).toEqual(JSON.parse(JSON.stringify(importEvents[name])));
  }
});
