// npm run --silent sign-in -w services/users -- customer|staff|admin   prints an access token of the stage `local`, whose
// people are made when they are not there. The same for anybody, on any stage: -- ann@example.com --password … --stage prod
import { useStage } from "@warmstart/deploy/stage";
import { parseArgs } from "node:util";
import {
  CognitoIdentityProviderClient,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { emailOf, PASSWORD, PEOPLE, type Pool, seedPerson, signIn } from "../local/people.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { password: { type: "string", default: PASSWORD }, stage: { type: "string", default: "local" } },
});
const { stage, password } = values;
const [who = "customer"] = positionals;

useStage(stage);

const findPool = async (): Promise<Pool> => {
  const client = new CognitoIdentityProviderClient({});
  const { UserPools = [] } = await client.send(new ListUserPoolsCommand({ MaxResults: 60 }));
  const poolId = UserPools.find(({ Name }) => Name === `users-${stage}`)?.Id;
  if (poolId === undefined) throw new Error(`there is no user pool users-${stage}`);
  const { UserPoolClients } = await client.send(new ListUserPoolClientsCommand({ UserPoolId: poolId }));
  return { client, poolId, clientId: UserPoolClients?.[0]?.ClientId ?? "" };
};

try {
  const pool = await findPool();
  const person = stage === "local" ? PEOPLE.find((each) => each === who) : undefined;
  if (person !== undefined) await seedPerson(pool, person);
  const email = person === undefined ? who : emailOf(person);
  process.stdout.write(`${await signIn(pool, { email, password })}\n`);
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${who} is not signed in: ${why}. Is stage ${stage} deployed?\n`);
  process.exitCode = 1;
}
