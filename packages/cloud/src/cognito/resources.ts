// The CloudFormation types AWS::Cognito::{UserPool, UserPoolClient, UserPoolGroup}.
import * as v from "valibot";
import { amount, inert, readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, PropertyRule, ResourceType } from "../cloudformation/resource-type.ts";
import type { Cognito } from "./parts.ts";
import type { Client, Pool } from "./model.ts";
import { dropGroup, makeGroup } from "./groups.ts";
import { checkClient, checkPoolChange, dropPool, makeClient, makePool } from "./pools.ts";
import { clientEntries, poolEntries, text } from "./schemas.ts";
import { issuerOf } from "./tokens.ts";
import { poolArn } from "./triggers.ts";

const split = (names: string): readonly string[] => names.trim().split(/\s+/);
const rules = (names: readonly string[], rule: PropertyRule) => Object.fromEntries(names.map((name) => [name, rule]));
const entries = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, inert]));
const only = (all: object, known: object) => Object.fromEntries(Object.entries(all).filter(([name]) => name in known));

const INERT_POOL = split(`
  AccountRecoverySetting DeviceConfiguration EmailAuthenticationMessage EmailAuthenticationSubject EmailConfiguration
  EnabledMfas SmsAuthenticationMessage SmsConfiguration UserAttributeUpdateSettings UserPoolAddOns UserPoolTags UserPoolTier
`);
const poolSchema = v.strictObject({ UserPoolName: v.optional(text), ...poolEntries, ...entries(INERT_POOL) });

const readPool = (properties: Properties): { name?: string | undefined; settings: Pool["settings"] } => {
  const { UserPoolName: name, ...all } = readProperties("AWS::Cognito::UserPool", poolSchema, properties);
  return { name, settings: only(all, poolEntries) };
};

const createdPool = (pool: Pool): Created => {
  const issuer = issuerOf(pool);
  const provider = { ProviderName: issuer.replace("https://", ""), ProviderURL: issuer };
  return { physicalId: pool.id, attributes: { Arn: poolArn(pool), UserPoolId: pool.id, ...provider } };
};

const poolType = (cognito: Cognito): ResourceType => ({
  properties: { UserPoolName: "update", ...rules(Object.keys(poolEntries), "update"), ...rules(INERT_POOL, "inert") },
  check: (properties) => void readPool(properties),
  create: async (properties, { region, generateName }) => {
    const { name = generateName(128), settings } = readPool(properties);
    return createdPool(makePool(cognito, { name, region, settings }));
  },
  update: async (physicalId, properties) => {
    const pool = cognito.model.pool(physicalId);
    const { name = pool.name, settings } = readPool(properties);
    checkPoolChange(pool.settings, settings);
    const updated = { ...pool, name, settings, changedAt: cognito.clock.now() };
    cognito.model.pools.put(pool.id, updated);
    return createdPool(updated);
  },
  remove: async (physicalId) => {
    if (cognito.model.pools.get(physicalId) !== undefined) dropPool(cognito, physicalId);
  },
});

const INERT_CLIENT = split(`
  AllowedOAuthFlows AllowedOAuthFlowsUserPoolClient AllowedOAuthScopes CallbackURLs DefaultRedirectURI LogoutURLs
  ReadAttributes SupportedIdentityProviders WriteAttributes
`);
const clientSchema = v.strictObject({
  UserPoolId: text,
  ClientName: v.optional(text),
  ...clientEntries,
  ...entries(INERT_CLIENT),
});

const readClient = (properties: Properties) => {
  const all = readProperties("AWS::Cognito::UserPoolClient", clientSchema, properties);
  const settings: Client["settings"] = only(all, clientEntries);
  return { poolId: all.UserPoolId, name: all.ClientName, settings };
};

const createdClient = ({ id, name }: Client): Created => ({
  physicalId: id,
  attributes: { ClientId: id, Name: name },
});

const clientType = (cognito: Cognito): ResourceType => ({
  properties: {
    UserPoolId: "replace",
    ClientName: "update",
    ...rules(Object.keys(clientEntries), "update"),
    ...rules(INERT_CLIENT, "inert"),
  },
  check: (properties) => void readClient(properties),
  create: async (properties, { generateName }) => {
    const { name = generateName(128), ...about } = readClient(properties);
    return createdClient(makeClient(cognito, { ...about, name }));
  },
  update: async (physicalId, properties) => {
    const client = cognito.model.client(physicalId);
    const { name = client.name, settings } = readClient(properties);
    const updated = { ...client, name, settings, changedAt: cognito.clock.now() };
    checkClient(updated);
    cognito.model.clients.put(client.id, updated);
    return createdClient(updated);
  },
  remove: async (physicalId) => cognito.model.clients.remove(physicalId),
});

const groupSchema = v.strictObject({
  UserPoolId: text,
  GroupName: v.optional(text),
  Description: v.optional(text),
  Precedence: v.optional(amount),
});

const readGroup = (properties: Properties) => {
  const given = readProperties("AWS::Cognito::UserPoolGroup", groupSchema, properties);
  const { UserPoolId: poolId, GroupName: name, Description: description, Precedence: precedence } = given;
  return { poolId, name, description, precedence };
};

const groupType = (cognito: Cognito): ResourceType => ({
  properties: {
    UserPoolId: "replace",
    GroupName: "replace",
    ...rules(["Description", "Precedence"], "update"),
  },
  nameProperty: "GroupName",
  check: (properties) => void readGroup(properties),
  create: async (properties, { generateName }) => {
    const { name = generateName(128), ...about } = readGroup(properties);
    makeGroup(cognito, { ...about, name });
    return { physicalId: name, attributes: {} };
  },
  update: async (physicalId, properties) => {
    const { poolId, ...about } = readGroup(properties);
    const group = cognito.model.group(poolId, physicalId);
    const updated = { ...group, ...about, name: physicalId, changedAt: cognito.clock.now() };
    cognito.model.groups.put(`${poolId}/${physicalId}`, updated);
    return { physicalId, attributes: {} };
  },
  remove: async (physicalId, properties) => dropGroup(cognito, readGroup(properties).poolId, physicalId),
});

export const resourceTypes = (cognito: Cognito): Readonly<Record<string, ResourceType>> => ({
  "AWS::Cognito::UserPool": poolType(cognito),
  "AWS::Cognito::UserPoolClient": clientType(cognito),
  "AWS::Cognito::UserPoolGroup": groupType(cognito),
});
