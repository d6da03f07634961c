// Steps in two places, the table and the pool: cut between any two of them, the same request again ends what was begun.
import { expect, test } from "@jest/globals";
import { everyCrashPoint, type HttpResult, type TestCloud } from "@warmstart/testing";
import { groupsOf, openUsers, type Users } from "../test/open-users.ts";

/** `after` doubles the runs. */
const modes = process.env["WARMSTART_FULL"] === "1" ? (["before", "after"] as const) : (["before"] as const);

const untilAnswered = async (request: () => Promise<HttpResult>): Promise<HttpResult> => {
  const first = await request();
  return first.status === 500 ? request() : first;
};

const made = (points: readonly { readonly aws: string }[]) => new Set(points.map(({ aws }) => aws.split(" ")[0]));

const promote = async (cloud: TestCloud): Promise<{ users: Users; id: string; answer: HttpResult }> => {
  const users = await openUsers(undefined, cloud);
  const [admin, { id }] = [await users.person({ group: "admin" }), await users.person()];
  const request = () => users.as(admin, "put", `/v1/users/${id}/role`, { body: { role: "staff" } });
  return { users, id, answer: await untilAnswered(request) };
};

test("a change of the role ends with group and record alike", async () => {
  const points = await everyCrashPoint(
    promote,
    async (_cloud, { users, id, answer }) => {
      expect(answer).toBeHttp(200, { role: "staff" });
      expect(await groupsOf(users, id)).toEqual(["staff"]);
    },
    { functions: "users-local-setRole", modes, settle: "1m" },
  );
  const reads = ["dynamodb:GetItem", "dynamodb:UpdateItem"];
  const changes = ["AdminAddUserToGroup", "AdminRemoveUserFromGroup", "AdminUserGlobalSignOut"];
  expect(made(points)).toEqual(new Set([...reads, ...changes.map((action) => `cognito-idp:${action}`)]));
}, 120_000);

const remove = async (cloud: TestCloud): Promise<{ users: Users; id: string; answer: HttpResult }> => {
  const users = await openUsers(undefined, cloud);
  const ann = await users.person();
  const request = () => users.as(ann, "delete", "/v1/users/me", { headers: { "if-match": '"v1"' } });
  return { users, id: ann.id, answer: await untilAnswered(request) };
};

test("a deletion ends here and in the pool", async () => {
  const points = await everyCrashPoint(
    remove,
    async (_cloud, { users, id, answer }) => {
      expect(answer.status).toBe(204);
      expect(await users.stored(id)).toMatchObject({ status: { S: "deleted" } });
      await expect(users.pool("AdminGetUser", { Username: id })).rejects.toThrow("UserNotFoundException");
    },
    { functions: "users-local-deleteMe", modes, settle: "1m" },
  );
  expect(made(points)).toEqual(new Set(["dynamodb:UpdateItem", "cognito-idp:AdminDeleteUser"]));
}, 120_000);
