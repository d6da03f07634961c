// The CloudFormation type AWS::SecretsManager::Secret.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { inert, readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { LIMITS } from "./limits.ts";
import type { Secret, Secrets } from "./model.ts";
import { generateSchema, generateString } from "./random-password.ts";

const TYPE = "AWS::SecretsManager::Secret";

const schema = v.strictObject({
  Name: v.optional(v.string()),
  Description: v.optional(v.string()),
  SecretString: v.optional(v.string()),
  GenerateSecretString: v.optional(generateSchema),
  Tags: inert,
  KmsKeyId: inert,
});

const read = (properties: Properties) => {
  const given = readProperties(TYPE, schema, properties);
  if (given.SecretString !== undefined && given.GenerateSecretString !== undefined)
    throw new AwsError("ValidationError", 400, `${TYPE}: SecretString and GenerateSecretString cannot both be given`);
  return given;
};

const valueOf = ({ SecretString, GenerateSecretString: generate }: ReturnType<typeof read>): string | undefined =>
  generate === undefined ? SecretString : generateString(generate);

/** The id of a version says which properties made it, so that a rollback knows what to take back. */
const versionOf = ({ SecretString, GenerateSecretString }: Properties): string =>
  createHash("sha256")
    .update(JSON.stringify([SecretString, GenerateSecretString]))
    .digest("hex");

const created = ({ arn }: Secret): Created => ({ physicalId: arn, attributes: { Id: arn } });

export const secretType = (secrets: Secrets): ResourceType => ({
  properties: {
    Name: "replace",
    Description: "update",
    SecretString: "update",
    GenerateSecretString: "update",
    Tags: "inert",
    KmsKeyId: "inert",
  },
  nameProperty: "Name",
  check: (properties) => void read(properties),
  create: async (properties, { region, generateName }) => {
    const given = read(properties);
    const about = { name: given.Name ?? generateName(LIMITS.nameLength), description: given.Description };
    return created(secrets.create(about, region, { id: versionOf(properties), text: valueOf(given) }));
  },
  update: async (arn, properties, previous, { isUndo }) => {
    const given = read(properties);
    const secret = secrets.describe(secrets.get(arn), given.Description);
    const id = versionOf(properties);
    const current = secret.version?.id;
    // What was generated stays as long as nobody says how to make another.
    if (id === versionOf(previous) || id === current) return created(secret);
    if (isUndo === true) return created(current === versionOf(previous) ? secrets.restore(secret) : secret);
    return created(secrets.setValue(secret, { id, text: valueOf(given) }));
  },
  remove: async (arn) => {
    const secret = secrets.find(arn);
    if (secret !== undefined) secrets.remove(secret); // at once: the stack may be made again (u)
  },
});
