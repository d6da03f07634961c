import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { signIn } from "@warmstart/testing";
import { openUsers, type Users } from "../test/open-users.ts";
import { emailOf, PASSWORD, PEOPLE } from "./people.ts";
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

/** Each is a start of npm; own-pool.test.ts types the first half of it for staff. */
const TYPED = process.env["WARMSTART_FULL"] === "1" ? PEOPLE : (["customer"] as const);

test("the printed command works as typed", async () => {
  const command = await print();
  for (const person of TYPED) {
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

test("each of the three people has their name and role", async () => {
  await print();
  for (const person of PEOPLE) {
    const email = emailOf(person);
    const who = await signIn(users.cloud, users.app, { email, password: PASSWORD });
    expect(await users.as(who, "get", "/v1/users/me")).toBeHttp(200, { email, name: `Some ${person}`, role: person });
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
