// Steps in two places, the table and the pool: cut between any two of them, the same request again ends what was begun.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { everyCrashPoint, type HttpResult, type TestCloud, type TestUser } from "@warmstart/testing";
import { groupsOf, openUsers, type Users } from "../test/open-users.ts";

const untilAnswered = async (request: () => Promise<HttpResult>): Promise<HttpResult> => {
  const first = await request();
  return first.status === 500 ? request() : first;
};

interface Ended {
  readonly users: Users;
  readonly id: string;
  readonly answer: HttpResult;
}

const promote = async (users: Users, admin: TestUser): Promise<Ended> => {
  const { id } = await users.person();
  const request = () => users.as(admin, "put", `/v1/users/${id}/role`, { body: { role: "staff" } });
  return { users, id, answer: await untilAnswered(request) };
};

const expectPromoted = async ({ users, id, answer }: Ended): Promise<void> => {
  expect(answer).toBeHttp(200, { role: "staff" });
  expect(await groupsOf(users, id)).toEqual(["staff"]);
};

const remove = async (users: Users): Promise<Ended> => {
  const ann = await users.person();
  const request = () => users.as(ann, "delete", "/v1/users/me", { headers: { "if-match": '"v1"' } });
  return { users, id: ann.id, answer: await untilAnswered(request) };
};

const expectRemoved = async ({ users, id, answer }: Ended): Promise<void> => {
  expect(answer.status).toBe(204);
  expect(await users.stored(id)).toMatchObject({ status: { S: "deleted" } });
  await expect(users.pool("AdminGetUser", { Username: id })).rejects.toThrow("UserNotFoundException");
};

const STEPS_OF_PROMOTE = new Set([
  "dynamodb:GetItem",
  "dynamodb:UpdateItem",
  "cognito-idp:AdminAddUserToGroup",
  "cognito-idp:AdminRemoveUserFromGroup",
  "cognito-idp:AdminUserGlobalSignOut",
]);
const STEPS_OF_REMOVE = new Set(["dynamodb:UpdateItem", "cognito-idp:AdminDeleteUser"]);

describe("in one cloud, before each call", () => {
  let users: Users;
  let admin: TestUser;
  beforeAll(async () => {
    users = await openUsers();
    admin = await users.person({ group: "admin" });
  });
  afterAll(() => users.cloud.close());

  /** Runs `attempt` once for each call of the function, which dies there the first time; the calls that were cut. */
  const atEachCall = async (name: string, attempt: () => Promise<void>): Promise<ReadonlySet<string>> => {
    const match = { service: "lambda", action: "Invoke", function: name };
    const cuts = new Set<string>();
    for (let call = 1; ; call++) {
      const before = (await users.cloud.requests()).length;
      const { id } = await users.cloud.faults.add({ match, when: { nth: 1 }, effect: { kind: "kill", call } });
      await attempt();
      await users.cloud.faults.clear(id);
      const cut = (await users.cloud.requests()).slice(before).find(({ error }) => error === "CutConnection");
      if (cut === undefined) return cuts;
      cuts.add(`${cut.service}:${cut.action}`);
    }
  };

  test("a change of the role ends with group and record alike", async () => {
    const cuts = await atEachCall("users-local-setRole", async () => expectPromoted(await promote(users, admin)));
    expect(cuts).toEqual(STEPS_OF_PROMOTE);
  });

  test("a deletion ends here and in the pool", async () => {
    const cuts = await atEachCall("users-local-deleteMe", async () => expectRemoved(await remove(users)));
    expect(cuts).toEqual(STEPS_OF_REMOVE);
  });
});

const made = (points: readonly { readonly aws: string }[]) => new Set(points.map(({ aws }) => aws.split(" ")[0]));
const modes = ["before", "after"] as const;

const promoteIn = async (cloud: TestCloud): Promise<Ended> => {
  const users = await openUsers(undefined, cloud);
  return promote(users, await users.person({ group: "admin" }));
};
const removeIn = async (cloud: TestCloud): Promise<Ended> => remove(await openUsers(undefined, cloud));

const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip; // a cloud for each

inFullRuns("each in a cloud of its own, before and after each call", () => {
  test("a change of the role", async () => {
    const options = { functions: "users-local-setRole", modes, settle: "1m" } as const;
    const points = await everyCrashPoint(promoteIn, (_cloud, ended) => expectPromoted(ended), options);
    expect(made(points)).toEqual(STEPS_OF_PROMOTE);
  }, 120_000);

  test("a deletion", async () => {
    const options = { functions: "users-local-deleteMe", modes, settle: "1m" } as const;
    const points = await everyCrashPoint(removeIn, (_cloud, ended) => expectRemoved(ended), options);
    expect(made(points)).toEqual(STEPS_OF_REMOVE);
  }, 120_000);
});
