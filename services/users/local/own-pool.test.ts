import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openCloud, type TestCloud } from "@warmstart/testing";
import { start } from "./own-pool.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openCloud({ clock: "real" });
});
afterAll(() => cloud.close());

test("the pool is made once, and who signs in there has its token", async () => {
  const { imports } = await start(cloud);
  expect((await start(cloud)).imports).toEqual(imports);

  const env = { ...process.env, WARMSTART_PORT: new URL(cloud.endpoint).port, NODE_OPTIONS: "" };
  const typed = ["run", "--silent", "sign-in", "--", "staff"];
  const { stdout, stderr } = spawnSync("npm", typed, { cwd: join(import.meta.dirname, ".."), env, encoding: "utf8" });
  expect(stderr).toBe("");
  const claims: unknown = JSON.parse(Buffer.from(stdout.split(".")[1] ?? "", "base64url").toString());
  expect(claims).toMatchObject({
    iss: imports["users-local-Issuer"],
    client_id: imports["users-local-ClientId"],
    token_use: "access",
    "cognito:groups": ["staff"],
  });
});
