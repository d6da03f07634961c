// Secrets, their versions and stages.
import { randomBytes, randomUUID } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { LIMITS } from "./limits.ts";

/** Text, or base64 of bytes. */
export interface Value {
  readonly text?: string | undefined;
  readonly binary?: string | undefined;
}

export interface Version extends Value {
  readonly id: string;
  readonly stages: readonly string[];
  /** Cloud ms. */
  readonly createdAt: number;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly createdAt: number;
  readonly changedAt: number;
  /** Set while it can still be restored: when it will be gone. */
  readonly goneAt?: number | undefined;
  readonly deletedAt?: number | undefined;
  /** Only those with stages are kept; the newest is last. */
  readonly versions: readonly Version[];
}

export interface NewVersion extends Value {
  /** ClientRequestToken. */
  readonly id?: string | undefined;
  readonly stages?: readonly string[] | undefined;
}

export interface Secrets {
  /** By name, ARN, or ARN without its last six characters. */
  readonly find: (id: string) => Secret | undefined;
  /** Throws ResourceNotFoundException, and InvalidRequestException for one that was deleted. */
  readonly get: (id: string, deleted?: "also deleted") => Secret;
  readonly list: () => readonly Secret[];
  readonly create: (about: Pick<Secret, "name" | "description" | "tags">, region: string, value?: NewVersion) => Secret;
  readonly put: (secret: Secret) => Secret;
  readonly addVersion: (secret: Secret, version: NewVersion) => { readonly secret: Secret; readonly id: string };
  readonly remove: (secret: Secret) => void;
}

const refuse = (code: string, message: string): AwsError => new AwsError(code, 400, message);
const hasValue = ({ text, binary }: Value): boolean => text !== undefined || binary !== undefined;

/** Each stage is on one version; what loses AWSCURRENT becomes AWSPREVIOUS. */
const staged = (versions: readonly Version[], added: Version): readonly Version[] => {
  const moved = versions.map((version) => {
    const left = version.stages.filter((stage) => !added.stages.includes(stage));
    const replaced = added.stages.includes("AWSCURRENT") && version.stages.includes("AWSCURRENT");
    return { ...version, stages: replaced ? [...left, "AWSPREVIOUS"] : left };
  });
  const previous = moved.findLast(({ stages }) => stages.includes("AWSPREVIOUS"));
  const single = moved.map((version) =>
    version === previous ? version : { ...version, stages: version.stages.filter((stage) => stage !== "AWSPREVIOUS") },
  );
  return [...single, added].filter(({ stages }) => stages.length > 0);
};

const checkValue = (value: Value): void => {
  if (value.text !== undefined && value.binary !== undefined)
    throw refuse("InvalidParameterException", "You can't specify both a binary secret value and a string secret value in the same secret."); // prettier-ignore
  if (Buffer.byteLength(value.text ?? value.binary ?? "") > LIMITS.valueBytes)
    throw refuse("ValidationException", `A secret may have ${LIMITS.valueBytes} bytes.`);
};

export const createSecretsModel = ({ store, clock }: Pick<Ground, "store" | "clock">): Secrets => {
  const table = store.table<Secret>("secrets");
  /** Its time to be restored may be over. */
  const alive = (secret: Secret | undefined): Secret | undefined => {
    if (secret?.goneAt === undefined || secret.goneAt > clock.now()) return secret;
    table.remove(secret.name);
    return undefined;
  };
  const find = (id: string): Secret | undefined => {
    if (!id.startsWith("arn:")) return alive(table.get(id));
    const named = id.split(":").slice(6).join(":");
    const secret = alive(table.get(named)) ?? alive(table.get(named.replace(/-\w{6}$/, "")));
    return secret?.arn === id || secret?.arn.slice(0, -7) === id ? secret : undefined;
  };
  const put = (secret: Secret): Secret => {
    const changed = { ...secret, changedAt: clock.now() };
    table.put(secret.name, changed);
    return changed;
  };
  const addVersion: Secrets["addVersion"] = (secret, { id = randomUUID(), stages = ["AWSCURRENT"], text, binary }) => {
    checkValue({ text, binary });
    const same = secret.versions.find((version) => version.id === id);
    if (same !== undefined) {
      if (same.text === text && same.binary === binary) return { secret, id };
      throw refuse("ResourceExistsException", "You can't use ClientRequestToken to change the value of an existing version."); // prettier-ignore
    }
    const all = secret.versions.length === 0 ? [...new Set([...stages, "AWSCURRENT"])] : stages;
    const version: Version = { id, stages: all, text, binary, createdAt: clock.now() };
    return { secret: put({ ...secret, versions: staged(secret.versions, version) }), id };
  };
  return {
    find,
    put,
    addVersion,
    get: (id, deleted) => {
      const secret = find(id);
      if (secret === undefined)
        throw refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
      if (secret.goneAt !== undefined && deleted === undefined)
        throw refuse("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion."); // prettier-ignore
      return secret;
    },
    list: () => table.list().flatMap(([, secret]) => alive(secret) ?? []),
    create: (about, region, value) =>
      store.transaction(() => {
        const before = find(about.name);
        if (before?.goneAt !== undefined)
          throw refuse("InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion."); // prettier-ignore
        if (before !== undefined)
          throw refuse(
            "ResourceExistsException",
            `The operation failed because the secret ${about.name} already exists.`,
          );
        const suffix = randomBytes(8).toString("base64").replaceAll(/[+/=]/g, "a").slice(0, 6);
        const arn = `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${about.name}-${suffix}`;
        const secret = put({ ...about, arn, createdAt: clock.now(), changedAt: clock.now(), versions: [] });
        return value !== undefined && hasValue(value) ? addVersion(secret, value).secret : secret;
      }),
    remove: ({ name }) => table.remove(name),
  };
};
