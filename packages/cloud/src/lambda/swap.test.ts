import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openSmallCloud, type SmallCloud } from "./small-cloud.test.fixture.ts";
import { makeZip } from "./zip.ts";

let cloud: SmallCloud;
const folder = mkdtempSync(join(tmpdir(), "warmstart-test-"));
beforeAll(async () => {
  cloud = await openSmallCloud();
  const code = `exports.handler = async ({ ms = 0 }) => { await new Promise((r) => setTimeout(r, ms)); return "old"; }`;
  await cloud.createFunction({ name: "fn", code });
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

const zipOf = (text: string): Buffer =>
  makeZip([{ name: "index.js", content: `exports.handler = async () => ${JSON.stringify(text)}` }]);

test("new code of a folder serves new calls while calls in flight end on the old", async () => {
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/text.js"), `module.exports = "new"`);
  writeFileSync(join(folder, "index.js"), `exports.handler = async () => require("./src/text.js")`);
  const inFlight = cloud.invoke("fn", { ms: 300 });
  await cloud.lambda.swapCode("fn", folder);
  expect((await cloud.invoke("fn")).result).toBe("new");
  expect((await inFlight).result).toBe("old");
});

test("equal code keeps the warm process", async () => {
  const before = cloud.lambda.status()[0]?.coldStarts;
  await cloud.lambda.swapCode("fn", folder);
  await cloud.invoke("fn");
  expect(cloud.lambda.status()[0]?.coldStarts).toBe(before);
});

test("replaced code does not pile up", async () => {
  for (let n = 0; n < 20; n++) await cloud.lambda.swapCode("fn", zipOf(`text ${n}`));
  expect((await cloud.invoke("fn")).result).toBe("text 19");
  const kept = readdirSync(join(cloud.store.folder, "lambda/code")).filter((name) => name.endsWith(".zip"));
  expect(kept.length).toBeLessThanOrEqual(6);
});

test("what is no zip, or for no function, changes nothing", async () => {
  await expect(cloud.lambda.swapCode("fn", Buffer.from("x"))).rejects.toMatchObject({ status: 400 });
  await expect(cloud.lambda.swapCode("none", folder)).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  expect((await cloud.invoke("fn")).result).toBe("text 19");
});

test("a function can be made cold", async () => {
  const before = cloud.lambda.status()[0]?.coldStarts ?? 0;
  cloud.lambda.cool("fn");
  expect(cloud.lambda.status()[0]?.environments).toBe(0);
  await cloud.invoke("fn");
  expect(cloud.lambda.status()[0]?.coldStarts).toBe(before + 1);
});
