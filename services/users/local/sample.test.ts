import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openUsers, type Users } from "../test/open-users.ts";
import { sample } from "./sample.ts";

let users: Users;

beforeAll(async () => {
  users = await openUsers({ clock: "real" });
});
afterAll(() => users.cloud.close());

const print = () => {
  const { cloud, app } = users;
  return sample({ endpoint: cloud.endpoint, url: app.http.url, outputs: app.outputs });
};

test("the printed command works as typed, and shows each of the three people", async () => {
  const command = await print();
  for (const person of ["customer", "staff", "admin"]) {
    const typed = command.replace("-- customer", `-- ${person}`).replaceAll("curl ", "curl -s ");
    const env = { ...process.env, WARMSTART_PORT: new URL(users.cloud.endpoint).port };
    const { stdout, stderr } = spawnSync("bash", ["-c", typed], {
      cwd: join(import.meta.dirname, "../../.."),
      env: { ...env, NODE_OPTIONS: "" },
      encoding: "utf8",
    });
    expect({ stdout, stderr }).toMatchObject({ stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ email: `${person}@example.com`, name: `Some ${person}`, role: person });
  }
});

const everybody = async () => {
  const { Users: list = [] } = await users.pool("ListUsers", {});
  return (list as { Username: string; UserStatus: string }[]).map((user) => [user.Username, user.UserStatus]);
};

test("seeding again changes nobody", async () => {
  await print();
  const before = await everybody();
  await print();
  expect(await everybody()).toEqual(before);
  expect(before).toHaveLength(3);
});
