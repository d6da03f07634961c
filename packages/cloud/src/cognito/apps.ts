// What every unsigned call says of itself: the app's client, and who its user is.
import { AwsError } from "../gateway/aws-error.ts";
import type { Cognito } from "./parts.ts";
import type { Client, Pool, User } from "./model.ts";

export const refused = (message: string): AwsError => new AwsError("NotAuthorizedException", 400, message);

export interface App {
  readonly ClientId: string;
  readonly Username: string;
}

/** The client and pool of a call, and its user when there is one. */
export const openApp = (
  { model }: Cognito,
  { ClientId, Username }: App,
): { readonly client: Client; readonly pool: Pool; readonly user: User | undefined } => {
  const client = model.client(ClientId);
  const pool = model.pool(client.poolId);
  return { client, pool, user: model.find(pool, Username) };
};

export const hidesUsers = ({ settings }: Client): boolean => settings.PreventUserExistenceErrors === "ENABLED";
