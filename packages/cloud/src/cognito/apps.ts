// What every unsigned call says of itself: the app's client, and with a secret the proof that it knows it.
import { createHmac, timingSafeEqual } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";
import type { Cognito } from "./index.ts";
import type { Client, Pool, User } from "./model.ts";

export const refused = (message: string): AwsError => new AwsError("NotAuthorizedException", 400, message);

/** https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash */
export const secretHash = (username: string, { id, secret = "" }: Pick<Client, "id" | "secret">): string =>
  createHmac("sha256", secret)
    .update(username + id)
    .digest("base64");

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Throws NotAuthorizedException unless the client has no secret, or the hash is that of one of the user's names. */
export const checkSecret = (client: Client, hash: string | undefined, names: readonly string[]): void => {
  if (client.secret === undefined) return;
  if (hash === undefined)
    throw refused(`Client ${client.id} is configured with secret but SECRET_HASH was not received`);
  if (!names.some((name) => same(secretHash(name, client), hash)))
    throw refused(`Unable to verify secret hash for client ${client.id}`);
};

export interface App {
  readonly ClientId: string;
  readonly Username: string;
  readonly SecretHash?: string | undefined;
}

/** The client and pool of a call, and its user when there is one. */
export const openApp = (
  { model }: Cognito,
  { ClientId, Username, SecretHash }: App,
): { readonly client: Client; readonly pool: Pool; readonly user: User | undefined } => {
  const client = model.client(ClientId);
  checkSecret(client, SecretHash, [Username]);
  const pool = model.pool(client.poolId);
  return { client, pool, user: model.find(pool, Username) };
};

export const hidesUsers = ({ settings }: Client): boolean => settings.PreventUserExistenceErrors === "ENABLED";
export const unknownUser = (): AwsError => new AwsError("UserNotFoundException", 400, "User does not exist.");
