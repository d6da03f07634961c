// Pools and their clients.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { pageOf } from "../gateway/page.ts";
import type { Cognito } from "./index.ts";
import { LIMITS, TOKEN_LIFE } from "./limits.ts";
import type { Client, Pool } from "./model.ts";
import { randomId } from "./password.ts";
import {
  action,
  clientEntries,
  type ClientSettings,
  flag,
  ofPool,
  poolEntries,
  type PoolSettings,
  text,
} from "./schemas.ts";
import { lifetimes } from "./tokens.ts";
import { poolArn } from "./triggers.ts";

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", 400, message);

/** Settings of how names are compared are for ever; attributes may only be added. */
const FIXED = ["UsernameAttributes", "AliasAttributes", "UsernameConfiguration"] as const;

export const checkPoolChange = (before: PoolSettings, after: PoolSettings): void => {
  const changed = FIXED.find((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (changed !== undefined) throw invalid(`Updates are not allowed for property - ${changed}.`);
  const { Schema: now = [] } = after;
  if (before.Schema?.some((each) => !now.some((other) => JSON.stringify(other) === JSON.stringify(each))))
    throw invalid("Existing schema attributes cannot be modified or deleted.");
};

export const checkClient = (client: Client): void => {
  const { accessMs, idMs, refreshMs } = lifetimes(client);
  for (const [kind, ms] of Object.entries({ access: accessMs, id: idMs, refresh: refreshMs })) {
    const { least, most } = TOKEN_LIFE[kind as keyof typeof TOKEN_LIFE]; // the keys just above
    if (ms < least || ms > most) throw invalid(`Invalid range for token validity of the ${kind} token.`);
  }
  if (accessMs > refreshMs || idMs > refreshMs)
    throw invalid("Refresh token validity must be longer than that of access and id tokens.");
  const flows = client.settings.ExplicitAuthFlows ?? [];
  const modern = flows.filter((flow) => flow.startsWith("ALLOW_"));
  if (modern.length > 0 && modern.length < flows.length)
    throw invalid("Invalid ExplicitAuthFlows: values with the prefix ALLOW_ cannot be mixed with those without it.");
};

export const makePool = ({ clock, model }: Cognito, about: Pick<Pool, "name" | "region" | "settings">): Pool => {
  const now = clock.now();
  const pool = { ...about, id: `${about.region}_${randomId(9)}`, createdAt: now, changedAt: now };
  model.pools.put(pool.id, pool);
  return pool;
};

export interface NewClient extends Pick<Client, "poolId" | "name" | "settings"> {
  readonly withSecret: boolean;
}

export const makeClient = ({ clock, model }: Cognito, { withSecret, ...about }: NewClient): Client => {
  model.pool(about.poolId);
  const now = clock.now();
  const secret = withSecret ? { secret: randomId(52) } : {};
  const client = { ...about, ...secret, id: randomId(26), createdAt: now, changedAt: now };
  checkClient(client);
  model.clients.put(client.id, client);
  return client;
};

export const dropPool = ({ model }: Cognito, id: string): void => {
  if (model.pool(id).settings.DeletionProtection === "ACTIVE")
    throw invalid("The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first."); // prettier-ignore
  model.removePool(id);
};

const seconds = (ms: number): number => ms / 1_000;

const describePool = (pool: Pool): object => {
  const { Schema: SchemaAttributes, ...settings } = pool.settings;
  const dates = { CreationDate: seconds(pool.createdAt), LastModifiedDate: seconds(pool.changedAt) };
  return {
    Id: pool.id,
    Name: pool.name,
    Arn: poolArn(pool),
    ...dates,
    ...settings,
    ...(SchemaAttributes && { SchemaAttributes }),
  };
};

const describeClient = ({ id, poolId, name, secret, settings, createdAt, changedAt }: Client): object => ({
  UserPoolId: poolId,
  ClientId: id,
  ClientName: name,
  ...(secret !== undefined && { ClientSecret: secret }),
  CreationDate: seconds(createdAt),
  LastModifiedDate: seconds(changedAt),
  ...settings,
});

const pageEntries = {
  MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.page))),
  NextToken: v.optional(text),
};

export const poolActions = (cognito: Cognito): Readonly<Record<string, Action>> => {
  const { model, clock, store } = cognito;
  return {
    CreateUserPool: action({ PoolName: text, ...poolEntries }, ({ PoolName: name, ...settings }, { region }) => ({
      UserPool: describePool(makePool(cognito, { name, region, settings })),
    })),
    DescribeUserPool: action(ofPool, ({ UserPoolId }) => ({ UserPool: describePool(model.pool(UserPoolId)) })),
    UpdateUserPool: action({ ...ofPool, ...poolEntries }, ({ UserPoolId, ...given }) => {
      const pool = model.pool(UserPoolId);
      const { Schema, UsernameAttributes, AliasAttributes, UsernameConfiguration } = pool.settings;
      const settings = { Schema, UsernameAttributes, AliasAttributes, UsernameConfiguration, ...given };
      checkPoolChange(pool.settings, settings);
      model.pools.put(pool.id, { ...pool, settings, changedAt: clock.now() });
    }),
    DeleteUserPool: action(ofPool, ({ UserPoolId }) => dropPool(cognito, UserPoolId)),
    ListUserPools: action(pageEntries, ({ MaxResults = LIMITS.page, NextToken }) => {
      const { items, next } = pageOf(model.pools.list(), { limit: MaxResults, token: NextToken });
      const pools = items.map(({ id, name, createdAt, changedAt }) => ({
        Id: id,
        Name: name,
        CreationDate: seconds(createdAt),
        LastModifiedDate: seconds(changedAt),
      }));
      return { UserPools: pools, NextToken: next };
    }),
    CreateUserPoolClient: action(
      { ...ofPool, ClientName: text, GenerateSecret: v.optional(flag), ...clientEntries },
      ({ UserPoolId: poolId, ClientName: name, GenerateSecret: withSecret = false, ...settings }) => ({
        UserPoolClient: describeClient(makeClient(cognito, { poolId, name, withSecret, settings })),
      }),
    ),
    DescribeUserPoolClient: action({ ...ofPool, ClientId: text }, ({ UserPoolId, ClientId }) => ({
      UserPoolClient: describeClient(model.client(ClientId, UserPoolId)),
    })),
    UpdateUserPoolClient: action(
      { ...ofPool, ClientId: text, ClientName: v.optional(text), ...clientEntries },
      ({ UserPoolId, ClientId, ClientName, ...settings }) => ({
        UserPoolClient: describeClient(
          updateClient(cognito, model.client(ClientId, UserPoolId), { name: ClientName, settings }),
        ),
      }),
    ),
    DeleteUserPoolClient: action({ ...ofPool, ClientId: text }, ({ UserPoolId, ClientId }) =>
      store.transaction(() => model.clients.remove(model.client(ClientId, UserPoolId).id)),
    ),
    ListUserPoolClients: action(
      { ...ofPool, ...pageEntries },
      ({ UserPoolId, MaxResults = LIMITS.page, NextToken }) => {
        const clients = model.clientsOf(model.pool(UserPoolId).id).map((client) => [client.id, client] as const);
        const { items, next } = pageOf(clients, { limit: MaxResults, token: NextToken });
        const shown = items.map(({ id, name }) => ({ ClientId: id, ClientName: name, UserPoolId }));
        return { UserPoolClients: shown, NextToken: next };
      },
    ),
  };
};

/** What is not given goes back to its default, as on AWS. */
export const updateClient = (
  { model, clock }: Cognito,
  client: Client,
  { name, settings }: { readonly name?: string | undefined; readonly settings: ClientSettings },
): Client => {
  const updated = { ...client, name: name ?? client.name, settings, changedAt: clock.now() };
  checkClient(updated);
  model.clients.put(client.id, updated);
  return updated;
};
