import {
  type App,
  newUser,
  type NewUserOptions,
  openCloud,
  type OpenCloudOptions,
  type TestCloud,
  type TestUser,
} from "@warmstart/testing";
import "@warmstart/testing/matchers";

export interface Users {
  readonly cloud: TestCloud;
  readonly app: App;
  readonly person: (options?: NewUserOptions) => Promise<TestUser>;
  /** Calls the user pool, for what no function of the service does. */
  readonly pool: (action: string, input: object) => Promise<Readonly<Record<string, unknown>>>;
}

export const bearer = ({ accessToken }: Pick<TestUser, "accessToken">) => ({ authorization: `Bearer ${accessToken}` });

/** The packaged service in a cloud of its own. */
export const openUsers = async (options?: OpenCloudOptions): Promise<Users> => {
  const cloud = await openCloud(options);
  const app = await cloud.deploy("services/users");
  return {
    cloud,
    app,
    person: (about) => newUser(cloud, app, about),
    pool: (action, input) =>
      cloud.call("cognito-idp", `AWSCognitoIdentityProviderService.${action}`, {
        UserPoolId: app.outputs["PoolId"],
        ...input,
      }),
  };
};
