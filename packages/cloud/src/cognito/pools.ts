// Pools and their clients.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { pageOf } from "../gateway/page.ts";
import type { Cognito } from "./parts.ts";
import { TOKEN_LIFE } from "./limits.ts";
import type { Client, Pool } from "./model.ts";
import { randomId } from "./password.ts";
import { action, clientEntries, ofPool, pageLimit, poolEntries, type PoolSettings, text } from "./schemas.ts";
import { lifetimes } from "./tokens.ts";
import { poolArn } from "./triggers.ts";

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", 400, message);

/** Settings of how names are compared are for ever; attributes may only be added. */
const FIXED = ["UsernameAttributes", "UsernameConfiguration"] as const;

export const checkPoolChange = (before: PoolSettings, after: PoolSettings): void => {
  const changed = FIXED.find((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (changed !== undefined) throw invalid(`Updates are not allowed for property - ${changed}.`);
  const { Schema: now = [] } = after;
  if (before.Schema?.some((each) => !now.some((other) => JSON.stringify(other) === JSON.stringify(each))))
    throw invalid("Existing schema attributes cannot be modified or deleted.");
};

export const checkClient = (client: Client): void => {
  const ms = lifetimes(client);
  for (const kind of ["access", "id", "refresh"] as const) {
    const { least, most } = TOKEN_LIFE[kind];
    if (ms[kind] < least || ms[kind] > most) throw invalid(`Invalid range for token validity of the ${kind} token.`);
  }
  if (Math.max(ms.access, ms.id) > ms.refresh)
    throw invalid("Refresh token validity must be longer than that of access and id tokens.");
};

export const makePool = ({ clock, model }: Cognito, about: Pick<Pool, "name" | "region" | "settings">): Pool => {
  const now = clock.now();
  const pool = { ...about, id: `${about.region}_${randomId(9)}`, createdAt: now, changedAt: now };
  model.pools.put(pool.id, pool);
  return pool;
};

export const makeClient = ({ clock, model }: Cognito, about: Pick<Client, "poolId" | "name" | "settings">): Client => {
  model.pool(about.poolId);
  const now = clock.now();
  const client = { ...about, id: randomId(26), createdAt: now, changedAt: now };
  checkClient(client);
  model.clients.put(client.id, client);
  return client;
};

export const dropPool = ({ model }: Cognito, id: string): void => {
  if (model.pool(id).settings.DeletionProtection === "ACTIVE")
    throw invalid("The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first."); // prettier-ignore
  model.removePool(id);
};

const datesOf = ({ createdAt, changedAt }: Pick<Pool, "createdAt" | "changedAt">) => ({
  CreationDate: createdAt / 1_000,
  LastModifiedDate: changedAt / 1_000,
});

const describePool = (pool: Pool): object => {
  const { Schema: SchemaAttributes, ...settings } = pool.settings;
  const about = { Id: pool.id, Name: pool.name, Arn: poolArn(pool), ...datesOf(pool) };
  return { UserPool: { ...about, ...settings, ...(SchemaAttributes && { SchemaAttributes }) } };
};

const describeClient = (client: Client): object => {
  const about = { UserPoolId: client.poolId, ClientId: client.id, ClientName: client.name };
  const { GenerateSecret: _none, ...settings } = client.settings;
  return { UserPoolClient: { ...about, ...datesOf(client), ...settings } };
};

const ofClient = { ...ofPool, ClientId: text };

export const poolActions = (cognito: Cognito): Readonly<Record<string, Action>> => {
  const { model } = cognito;
  return {
    CreateUserPool: action({ PoolName: text, ...poolEntries }, ({ PoolName: name, ...settings }, { region }) =>
      describePool(makePool(cognito, { name, region, settings })),
    ),
    DescribeUserPool: action(ofPool, ({ UserPoolId }) => describePool(model.pool(UserPoolId))),
    DeleteUserPool: action(ofPool, ({ UserPoolId }) => dropPool(cognito, UserPoolId)),
    ListUserPools: action({ MaxResults: pageLimit, NextToken: v.optional(text) }, ({ MaxResults, NextToken }) => {
      const { items, next } = pageOf(model.pools.list(), { limit: MaxResults, token: NextToken });
      const UserPools = items.map((pool) => ({ Id: pool.id, Name: pool.name, ...datesOf(pool) }));
      return { UserPools, NextToken: next };
    }),
    CreateUserPoolClient: action(
      { ...ofPool, ClientName: text, ...clientEntries },
      ({ UserPoolId: poolId, ClientName: name, ...settings }) =>
        describeClient(makeClient(cognito, { poolId, name, settings })),
    ),
    DescribeUserPoolClient: action(ofClient, ({ UserPoolId, ClientId }) =>
      describeClient(model.client(ClientId, UserPoolId)),
    ),
    ListUserPoolClients: action(
      { ...ofPool, MaxResults: pageLimit, NextToken: v.optional(text) },
      ({ UserPoolId, MaxResults, NextToken }) => {
        const { id } = model.pool(UserPoolId);
        const clients = model.clients.list().filter(([, { poolId }]) => poolId === id);
        const { items, next } = pageOf(clients, { limit: MaxResults, token: NextToken });
        const UserPoolClients = items.map((client) => ({
          UserPoolId: id,
          ClientId: client.id,
          ClientName: client.name,
        }));
        return { UserPoolClients, NextToken: next };
      },
    ),
    DeleteUserPoolClient: action(ofClient, ({ UserPoolId, ClientId }) =>
      model.clients.remove(model.client(ClientId, UserPoolId).id),
    ),
  };
};
