// The command that `npm start` prints for this service: it shows somebody their own record.
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { emailOf, PASSWORD, PEOPLE, seedPerson, signIn } from "./people.ts";

interface Deployed {
  readonly endpoint: string;
  readonly url: string;
  readonly outputs: Readonly<Record<string, string>>;
}

const LOCAL_KEYS = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", AWS_REGION: "us-east-1" };

/** Makes the people first. `sign-in` prints an access token, which lasts 15 minutes. */
export const sample = async ({ endpoint, url, outputs }: Deployed): Promise<string> => {
  Object.assign(process.env, LOCAL_KEYS, { AWS_ENDPOINT_URL: endpoint });
  const { PoolId: poolId = "", ClientId: clientId = "" } = outputs;
  const pool = { client: new CognitoIdentityProviderClient({}), poolId, clientId };
  for (const person of PEOPLE) {
    await seedPerson(pool, person);
    const token = await signIn(pool, { email: emailOf(person), password: PASSWORD });
    await fetch(`${url}/v1/users/me`, { headers: { authorization: `Bearer ${token}` } }); // the record learns the role
  }
  return [
    `TOKEN=$(npm run --silent sign-in -w services/users -- customer) # or ${PEOPLE.slice(1).join(", ")}`,
    `curl -H "authorization: Bearer $TOKEN" ${url}/v1/users/me`,
  ].join("\n");
};
