// The service with people of every role.
import {
  type App,
  type HttpResult,
  newUser,
  type NewUserOptions,
  openCloud,
  type OpenCloudOptions,
  type TestCloud,
  type TestUser,
} from "@warmstart/testing";
import "@warmstart/testing/matchers";
import openapi from "../openapi.json" with { type: "json" };

type Holder = Pick<TestUser, "accessToken">;
const METHODS = ["get", "patch", "put", "delete"] as const;
type Method = (typeof METHODS)[number];

export interface Users {
  readonly cloud: TestCloud;
  readonly app: App;
  readonly person: (options?: NewUserOptions) => Promise<TestUser>;
  /** A request with somebody's access token; a body is sent as the method wants it. */
  readonly as: (
    who: Holder,
    method: Method,
    path: string,
    options?: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
  ) => Promise<HttpResult>;
  /** Calls the user pool, for what no function of the service does. */
  readonly pool: (action: string, input: object) => Promise<Readonly<Record<string, unknown>>>;
  /** The record as it is in the table, in DynamoDB's JSON. */
  readonly stored: (id: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** All that is documented. */
export const ROUTES = Object.entries(openapi.paths).flatMap(([path, operations]) =>
  METHODS.filter((method) => method in operations).map((method) => ({ method, path })),
);

export const bearer = ({ accessToken }: Holder) => ({ authorization: `Bearer ${accessToken}` });

/** The packaged service in a cloud of its own, or in the given one. */
export const openUsers = async (options?: OpenCloudOptions, given?: TestCloud): Promise<Users> => {
  const cloud = given ?? (await openCloud(options));
  const app = await cloud.deploy("services/users");
  return {
    cloud,
    app,
    person: (about) => newUser(cloud, app, about),
    as: (who, method, path, { body, headers } = {}) =>
      app.http[method](path, {
        headers: {
          ...bearer(who),
          ...(method === "patch" && { "content-type": "application/merge-patch+json" }),
          ...headers,
        },
        ...(body !== undefined && { body: method === "patch" ? JSON.stringify(body) : body }),
      }),
    pool: (action, input) =>
      cloud.call("cognito-idp", `AWSCognitoIdentityProviderService.${action}`, {
        UserPoolId: app.outputs["PoolId"],
        ...input,
      }),
    stored: async (id) => {
      const Key = { pk: { S: `U#${id}` }, sk: { S: "U" } };
      const input = { TableName: app.resource("UsersTable"), Key, ConsistentRead: true };
      const { Item } = await cloud.call("dynamodb", "DynamoDB_20120810.GetItem", input);
      return Item as Readonly<Record<string, unknown>> | undefined; // DynamoDB's JSON
    },
  };
};

export const groupsOf = async ({ pool }: Users, id: string): Promise<readonly string[]> => {
  const { Groups } = await pool("AdminListGroupsForUser", { Username: id });
  return (Groups as { GroupName: string }[]).map(({ GroupName }) => GroupName); // Cognito's answer
};
