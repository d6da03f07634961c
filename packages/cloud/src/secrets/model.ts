// Secrets: the current value of each is kept, and the one before it for a rollback.
import { randomBytes, randomUUID } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { LIMITS } from "./limits.ts";

export interface Value {
  /** ClientRequestToken. */
  readonly id?: string | undefined;
  readonly text?: string | undefined;
  /** Base64. */
  readonly binary?: string | undefined;
}

export interface Version extends Value {
  readonly id: string;
  /** Cloud ms. */
  readonly createdAt: number;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly version?: Version | undefined;
  readonly previous?: Version | undefined;
}

export interface Secrets {
  /** By name, ARN, or ARN without its last six characters. */
  readonly find: (id: string) => Secret | undefined;
  /** Throws ResourceNotFoundException. */
  readonly get: (id: string) => Secret;
  /** By name, in its order. */
  readonly list: () => readonly (readonly [string, Secret])[];
  readonly create: (about: Pick<Secret, "name" | "description">, region: string, value: Value) => Secret;
  readonly describe: (secret: Secret, description: string | undefined) => Secret;
  /** With neither text nor bytes the secret stays as it is. */
  readonly setValue: (secret: Secret, value: Value) => Secret;
  /** Gives it the value that it had before the last one. */
  readonly restore: (secret: Secret) => Secret;
  readonly remove: (secret: Secret) => void;
}

const refuse = (code: string, message: string): AwsError => new AwsError(code, 400, message);

const checkValue = ({ text, binary }: Value): void => {
  if (text !== undefined && binary !== undefined)
    throw refuse("InvalidParameterException", "You can't specify both a binary secret value and a string secret value in the same secret."); // prettier-ignore
  if (Buffer.byteLength(text ?? binary ?? "") > LIMITS.valueBytes)
    throw refuse("ValidationException", `A secret may have ${LIMITS.valueBytes} bytes.`);
};

export const createSecretsModel = ({ store, clock }: Pick<Ground, "store" | "clock">): Secrets => {
  const table = store.table<Secret>("secrets");
  const find = (id: string): Secret | undefined => {
    if (!id.startsWith("arn:")) return table.get(id);
    const named = id.split(":").slice(6).join(":");
    const secret = table.get(named) ?? table.get(named.replace(/-\w{6}$/, ""));
    return secret?.arn === id || secret?.arn.slice(0, -7) === id ? secret : undefined;
  };
  const put = (secret: Omit<Secret, "changedAt">): Secret => {
    const changed = { ...secret, changedAt: clock.now() };
    table.put(secret.name, changed);
    return changed;
  };
  const setValue: Secrets["setValue"] = (secret, { id = randomUUID(), text, binary }) => {
    checkValue({ text, binary });
    const { version } = secret;
    const same = version?.text === text && version?.binary === binary;
    if (version?.id === id && !same)
      throw refuse("ResourceExistsException", "You can't use ClientRequestToken to change the value of an existing version."); // prettier-ignore
    if ((text ?? binary) === undefined || version?.id === id) return secret;
    return put({ ...secret, version: { id, text, binary, createdAt: clock.now() }, previous: version });
  };
  return {
    find,
    setValue,
    restore: (secret) => put({ ...secret, version: secret.previous, previous: undefined }),
    describe: (secret, description) => put({ ...secret, description }),
    get: (id) => {
      const secret = find(id);
      if (secret !== undefined) return secret;
      throw refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    },
    list: table.list,
    create: (about, region, value) =>
      store.transaction(() => {
        const existing = table.get(about.name);
        // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html: ClientRequestToken
        if (existing?.version !== undefined && existing.version.id === value.id) return setValue(existing, value);
        if (existing !== undefined)
          throw refuse("ResourceExistsException", `The operation failed because the secret ${about.name} already exists.`); // prettier-ignore
        const suffix = randomBytes(8).toString("base64").replaceAll(/[+/=]/g, "a").slice(0, 6);
        const arn = `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${about.name}-${suffix}`;
        return setValue(put({ ...about, arn, createdAt: clock.now() }), value);
      }),
    remove: ({ name }) => table.remove(name),
  };
};
