// The people of whom the events in events/users speak, in a cloud of their own.
import type { EventGround, TestCloud } from "@warmstart/testing";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoUsers } from "../src/dynamo-users.ts";
import type { UserId } from "../src/user-schemas.ts";
import { aUser } from "./a-user.ts";
import { ADMIN, ANN, CLIENT, NEW, POOL, STAFF } from "./events.ts";

const PEOPLE = [
  { said: ANN, name: "ann", role: "customer" },
  { said: STAFF, name: "staff", role: "staff" },
  { said: ADMIN, name: "admin", role: "admin" },
  { said: NEW, name: "new", role: "customer" },
] as const;

const signUp = async (cloud: TestCloud, UserPoolId: string, Username: string): Promise<string> => {
  const input = { UserPoolId, Username, MessageAction: "SUPPRESS" };
  const { User } = await cloud.call("cognito-idp", "AWSCognitoIdentityProviderService.AdminCreateUser", input);
  return (User as { Username: string }).Username; // Cognito's answer
};

/** Cognito names pool, client and people itself, so an event means others than it says. */
export const seedEvents = async (cloud: TestCloud): Promise<EventGround> => {
  const app = await cloud.deploy("services/users", { only: "resources" });
  Object.assign(process.env, cloud.env);
  const users = dynamoUsers(app.resource("UsersTable"), documentClient());
  const { PoolId = "", ClientId = "" } = app.outputs;
  const real: [string, string][] = [
    [POOL, PoolId],
    [CLIENT, ClientId],
  ];
  for (const [index, { said, name, role }] of PEOPLE.entries()) {
    const id = await signUp(cloud, PoolId, `${name}@example.com`);
    real.push([said, id]);
    const createdAt = `2026-01-15T12:00:0${index + 1}.000Z`;
    const user = aUser({ id: id as UserId, email: `${name}@example.com`, role, createdAt, updatedAt: createdAt }); // the pool's own
    if (said !== NEW) await users.add(user);
  }
  const meant = (event: unknown): unknown =>
    JSON.parse(real.reduce((text, [said, id]) => text.replaceAll(said, id), JSON.stringify(event)));
  return { cloud, app, meant };
};
