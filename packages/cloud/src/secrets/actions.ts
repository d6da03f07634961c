// The API of Secrets Manager. Nothing is encrypted here.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { DAY_MS, LIMITS } from "./limits.ts";
import type { Secret, Secrets, Version } from "./model.ts";
import { passwordEntries, randomPassword } from "./random-password.ts";

const action = honouring("InvalidParameterException");
const text = v.pipe(v.string(), v.minLength(1));
const tags = v.array(v.strictObject({ Key: text, Value: v.optional(v.string(), "") }));
const bySecret = { SecretId: text };
const value = {
  ClientRequestToken: v.optional(v.pipe(text, v.minLength(32), v.maxLength(64))),
  SecretString: v.optional(v.string()),
  SecretBinary: v.optional(v.string()),
};
const paging = {
  MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.page)), LIMITS.page),
  NextToken: v.optional(text),
};

interface Given {
  readonly ClientRequestToken?: string | undefined;
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
}
const valueOf = ({ ClientRequestToken: id, SecretString, SecretBinary: binary }: Given) => ({
  id,
  text: SecretString,
  binary,
});

const notFound = (message: string): AwsError => new AwsError("ResourceNotFoundException", 400, message);
const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", 400, message);

const versionOf = (secret: Secret, id: string | undefined, stage: string | undefined): Version => {
  const wanted = stage ?? (id === undefined ? "AWSCURRENT" : undefined);
  const found = secret.versions.find(
    (version) => (id === undefined || version.id === id) && (wanted === undefined || version.stages.includes(wanted)),
  );
  if (found !== undefined) return found;
  const what = id === undefined ? `staging label: ${wanted}` : `VersionId: ${id}`;
  throw notFound(`Secrets Manager can't find the specified secret value for ${what}`);
};

const describe = (secret: Secret): object => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description,
  Tags: secret.tags,
  CreatedDate: secret.createdAt / 1_000,
  LastChangedDate: secret.changedAt / 1_000,
  ...(secret.deletedAt !== undefined && { DeletedDate: secret.deletedAt / 1_000 }),
});
const stagesOf = ({ versions }: Secret) => Object.fromEntries(versions.map(({ id, stages }) => [id, stages]));

const deleteSecret = (secrets: Secrets, { clock }: Pick<Ground, "clock">): Action =>
  action(
    {
      ...bySecret,
      RecoveryWindowInDays: v.optional(
        v.pipe(v.number(), v.minValue(LIMITS.recoveryDays.least), v.maxValue(LIMITS.recoveryDays.most)),
      ),
      ForceDeleteWithoutRecovery: v.optional(v.boolean(), false),
    },
    ({ SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force }) => {
      if (force && days !== undefined)
        throw invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
      const secret = secrets.get(SecretId, "also deleted");
      const now = clock.now();
      const goneAt = now + (force ? 0 : (days ?? LIMITS.recoveryDays.most)) * DAY_MS;
      if (force) secrets.remove(secret);
      else secrets.put({ ...secret, deletedAt: now, goneAt });
      return { ARN: secret.arn, Name: secret.name, DeletionDate: goneAt / 1_000 };
    },
  );

const listSecrets = (secrets: Secrets): Action =>
  action(
    {
      ...paging,
      IncludePlannedDeletion: v.optional(v.boolean(), false),
      Filters: v.optional(v.array(v.strictObject({ Key: v.literal("name"), Values: v.array(text) })), []),
    },
    ({ MaxResults, NextToken, IncludePlannedDeletion, Filters }) => {
      const found = secrets
        .list()
        .filter(({ goneAt }) => IncludePlannedDeletion || goneAt === undefined)
        .filter(({ name }) => Filters.every(({ Values }) => Values.some((prefix) => name.startsWith(prefix))))
        .map((secret) => [secret.name, secret] as const);
      const { items, next } = pageOf(found, { limit: MaxResults, token: NextToken });
      const SecretList = items.map((secret) => ({ ...describe(secret), SecretVersionsToStages: stagesOf(secret) }));
      return { SecretList, NextToken: next };
    },
  );

const updateSecret = (secrets: Secrets): Action =>
  action({ ...bySecret, ...value, Description: v.optional(v.string()) }, ({ SecretId, Description, ...given }) => {
    const before = secrets.get(SecretId);
    const secret = Description === undefined ? before : secrets.put({ ...before, description: Description });
    const about = { ARN: secret.arn, Name: secret.name };
    if (given.SecretString === undefined && given.SecretBinary === undefined) return about;
    return { ...about, VersionId: secrets.addVersion(secret, valueOf(given)).id };
  });

export const secretActions = (secrets: Secrets, ground: Pick<Ground, "clock">): Readonly<Record<string, Action>> => ({
  CreateSecret: action(
    {
      Name: v.pipe(text, v.regex(/^[\w/+=.@-]{1,512}$/)),
      ...value,
      Description: v.optional(v.string()),
      Tags: v.optional(tags, []),
    },
    ({ Name: name, Description: description, Tags, ...given }, { region }) => {
      const secret = secrets.create({ name, description, tags: Tags }, region, valueOf(given));
      return { ARN: secret.arn, Name: name, VersionId: secret.versions.at(-1)?.id };
    },
  ),
  GetSecretValue: action(
    { ...bySecret, VersionId: v.optional(text), VersionStage: v.optional(text) },
    ({ SecretId, VersionId, VersionStage }) => {
      const secret = secrets.get(SecretId);
      const { id, text: SecretString, binary, stages, createdAt } = versionOf(secret, VersionId, VersionStage);
      const about = { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages };
      return { ...about, SecretString, SecretBinary: binary, CreatedDate: createdAt / 1_000 };
    },
  ),
  PutSecretValue: action({ ...bySecret, ...value, VersionStages: v.optional(v.array(text)) }, (given) => {
    if (given.SecretString === undefined && given.SecretBinary === undefined)
      throw invalid("You must provide either SecretString or SecretBinary.");
    const added = secrets.addVersion(secrets.get(given.SecretId), { ...valueOf(given), stages: given.VersionStages });
    const { arn: ARN, name: Name, versions } = added.secret;
    return { ARN, Name, VersionId: added.id, VersionStages: versions.find(({ id }) => id === added.id)?.stages ?? [] };
  }),
  UpdateSecret: updateSecret(secrets),
  DeleteSecret: deleteSecret(secrets, ground),
  RestoreSecret: action(bySecret, ({ SecretId }) => {
    const secret = secrets.put({ ...secrets.get(SecretId, "also deleted"), goneAt: undefined, deletedAt: undefined });
    return { ARN: secret.arn, Name: secret.name };
  }),
  DescribeSecret: action(bySecret, ({ SecretId }) => {
    const secret = secrets.get(SecretId, "also deleted");
    return { ...describe(secret), VersionIdsToStages: stagesOf(secret) };
  }),
  ListSecrets: listSecrets(secrets),
  GetRandomPassword: action(passwordEntries, (options) => ({ RandomPassword: randomPassword(options) })),
});
