// The API of Secrets Manager. Nothing is encrypted here, and what is replaced or deleted is gone at once.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action } from "../gateway/service.ts";
import { LIMITS } from "./limits.ts";
import type { Secret, Secrets } from "./model.ts";

const action = honouring("InvalidParameterException");
const text = v.pipe(v.string(), v.minLength(1));
const bySecret = { SecretId: text };
const value = {
  ClientRequestToken: v.optional(v.pipe(text, v.minLength(32), v.maxLength(64))),
  SecretString: v.optional(v.string()),
  SecretBinary: v.optional(v.string()),
};
const CURRENT = ["AWSCURRENT"];

const refuse = (code: string, message: string): AwsError => new AwsError(code, 400, message);
const about = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });

const getSecretValue = (secrets: Secrets): Action =>
  action(
    { ...bySecret, VersionStage: v.optional(v.literal("AWSCURRENT", "only AWSCURRENT is kept")) },
    ({ SecretId }) => {
      const secret = secrets.get(SecretId);
      if (secret.version === undefined)
        throw refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"); // prettier-ignore
      const { id: VersionId, text: SecretString, binary: SecretBinary, createdAt } = secret.version;
      const version = { VersionId, VersionStages: CURRENT, CreatedDate: createdAt / 1_000 };
      return { ...about(secret), ...version, SecretString, SecretBinary };
    },
  );

const listSecrets = (secrets: Secrets): Action =>
  action(
    {
      MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.page)), LIMITS.page),
      NextToken: v.optional(text),
    },
    ({ MaxResults: limit, NextToken: token }) => {
      const { items, next } = pageOf(secrets.list(), { limit, token });
      const SecretList = items.map((secret) => ({
        ...about(secret),
        Description: secret.description,
        CreatedDate: secret.createdAt / 1_000,
        LastChangedDate: secret.changedAt / 1_000,
      }));
      return { SecretList, NextToken: next };
    },
  );

export const secretActions = (secrets: Secrets): Readonly<Record<string, Action>> => ({
  CreateSecret: action(
    { Name: v.pipe(text, v.regex(/^[\w/+=.@-]{1,512}$/)), Description: v.optional(v.string()), ...value },
    ({ Name: name, Description: description, ...given }, { region }) => {
      const { ClientRequestToken: id, SecretString, SecretBinary: binary } = given;
      const secret = secrets.create({ name, description }, region, { id, text: SecretString, binary });
      return { ...about(secret), VersionId: secret.version?.id };
    },
  ),
  GetSecretValue: getSecretValue(secrets),
  PutSecretValue: action(
    { ...bySecret, ...value },
    ({ SecretId, ClientRequestToken: id, SecretString, SecretBinary: binary }) => {
      if ((SecretString ?? binary) === undefined)
        throw refuse("InvalidParameterException", "You must provide either SecretString or SecretBinary.");
      const secret = secrets.setValue(secrets.get(SecretId), { id, text: SecretString, binary });
      return { ...about(secret), VersionId: secret.version?.id, VersionStages: CURRENT };
    },
  ),
  DeleteSecret: action(
    {
      ...bySecret,
      ForceDeleteWithoutRecovery: v.literal(true, "must be true: nothing deleted can be restored here"),
    },
    ({ SecretId }) => {
      const secret = secrets.get(SecretId);
      secrets.remove(secret);
      return about(secret);
    },
  ),
  ListSecrets: listSecrets(secrets),
});
