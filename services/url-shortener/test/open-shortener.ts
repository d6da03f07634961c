// The service with people and machines that use it.
import { expect } from "@jest/globals";
import {
  type App,
  type HttpResult,
  newUser,
  NO_POOL,
  openCloud,
  openUserPool,
  type TestCloud,
  type UserPool,
} from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { createApiKey, type Scope, SCOPES } from "../src/api-key.ts";
import { dynamoApiKeys } from "../src/dynamo-api-keys.ts";
import { documentClient } from "../src/dynamo-client.ts";
import type { LinkView } from "../src/link-schemas.ts";

export const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

export interface Shortener {
  readonly cloud: TestCloud;
  readonly app: App;
  readonly pool: UserPool;
  /** Headers of somebody new who has signed up and in. */
  readonly person: (group?: "staff" | "admin") => Promise<{ authorization: string }>;
  /** Headers of a new key of this owner. */
  readonly key: (ownerId: string, scopes?: readonly Scope[]) => Promise<{ "x-api-key": string }>;
  /** Creates a link of the owner `ann`, and fails the test when that fails. */
  readonly create: (link: Readonly<Record<string, unknown>>) => Promise<LinkView>;
  /** Follows a link as a person in a browser would. */
  readonly visit: (path: string, headers?: Readonly<Record<string, string>>) => Promise<HttpResult>;
}

interface ShortenerOptions {
  /** Default: one of its own. */
  readonly cloud?: TestCloud;
  /** False where nobody signs in: a pool has to find large primes for its key. */
  readonly people?: boolean;
}

const NOBODY: UserPool = { outputs: { PoolId: "", ClientId: "", Issuer: "" }, imports: NO_POOL };

/** The packaged service, used by people and machines. */
export const openShortener = async ({ cloud: given, people = true }: ShortenerOptions = {}): Promise<Shortener> => {
  const cloud = given ?? (await openCloud());
  const pool = people ? await openUserPool(cloud) : NOBODY;
  const app = await cloud.deploy("services/url-shortener", { imports: pool.imports });
  Object.assign(process.env, cloud.env);
  const keys = dynamoApiKeys(app.resource("LinksTable"), documentClient());
  const key = async (ownerId: string, scopes: readonly Scope[] = SCOPES) => {
    const { secret } = await createApiKey(keys, { ownerId, scopes }, Number.MAX_SAFE_INTEGER);
    return { "x-api-key": secret };
  };
  const ann = await key("ann");
  return {
    cloud,
    app,
    pool,
    key,
    async person(group) {
      const { accessToken } = await newUser(cloud, pool, group && { group });
      return { authorization: `Bearer ${accessToken}` };
    },
    async create(link) {
      const answer = await app.http.post("/m/v1/links", { headers: ann, body: link });
      expect(answer).toBeHttp(201);
      return answer.json as LinkView; // the API's schema
    },
    visit: (path, headers = {}) => app.http.get(path, { headers: { "user-agent": FIREFOX, ...headers } }),
  };
};
