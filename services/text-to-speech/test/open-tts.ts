// The service and a user pool in one cloud, whose voices are the quick ones.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  type App,
  type DeployAppOptions,
  type HttpResult,
  newUser,
  openCloud,
  openUserPool,
  send,
  type TestCloud,
  type TestUser,
  type UserPool,
} from "@warmstart/testing";
import "@warmstart/testing/matchers";
import type { Post } from "../src/post.ts";
import type { Accepted, PostView } from "../src/post-schemas.ts";
import { ownerKey, postRow } from "../src/keys.ts";

export { aPost } from "./a-post.ts";

type Headers = Readonly<Record<string, string>>;
type Item = Readonly<Record<string, unknown>>;

export interface Tts {
  readonly cloud: TestCloud;
  readonly users: UserPool;
  readonly app: App;
  readonly table: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly person: () => Promise<TestUser>;
  readonly post: (who: TestUser, body: object, headers?: Headers) => Promise<HttpResult>;
  /** A post that was accepted. */
  readonly accepted: (who: TestUser, body: object) => Promise<Accepted>;
  readonly get: (who: TestUser, path: string) => Promise<HttpResult>;
  /** `GET /posts/{id}` */
  readonly view: (who: TestUser, id: string) => Promise<PostView>;
  readonly remove: (who: TestUser, id: string) => Promise<HttpResult>;
  /** Calls a function with an event; what it answers. */
  readonly invoke: (name: string, event: unknown) => Promise<unknown>;
  /** Runs a function with other variables than the template's from here on. */
  readonly setVariables: (name: string, variables: Headers) => Promise<void>;
  /** All items of the table. */
  readonly items: () => Promise<readonly Item[]>;
  /** Those of one kind. */
  readonly itemsOf: (sk: "POST" | "AUDIO" | "BUDGET" | "OWNER" | "I") => Promise<readonly Item[]>;
  /** Keys of all objects, sorted. */
  readonly objects: () => Promise<readonly string[]>;
  /** Posts as they are stored, whatever their state. */
  readonly put: (...posts: readonly Post[]) => Promise<void>;
}

export const bearer = ({ accessToken }: Pick<TestUser, "accessToken">): Record<string, string> => ({
  authorization: `Bearer ${accessToken}`,
});

/** Sends again what others were in the way of, as clients do: the frozen clock leaves no time between the tries. */
export const insist = async (sendOnce: () => Promise<HttpResult>): Promise<HttpResult> => {
  const answer = await sendOnce();
  return answer.status === 503 ? insist(sendOnce) : answer;
};

/** How texts begin is looked for in all logs when the cloud closes. */
const START = 24;

type Routes = Pick<Tts, "post" | "get" | "remove" | "accepted" | "view">;

const routesOf = (app: App, { plant }: Pick<TestCloud, "plant">): Routes => {
  const post: Tts["post"] = (who, body, headers = {}) => {
    const said = Object.entries(body).filter(([name]) => name === "text" || name === "ssml");
    plant(...said.map(([, text]) => String(text).slice(0, START)));
    return app.http.post("/posts", { headers: { ...bearer(who), ...headers }, body });
  };
  const get: Tts["get"] = (who, path) => app.http.get(path, { headers: bearer(who) });
  return {
    post,
    get,
    remove: (who, id) => app.http.delete(`/posts/${id}`, { headers: bearer(who) }),
    async accepted(who, body) {
      const answer = await insist(() => post(who, body));
      if (answer.status !== 202 && answer.status !== 200) throw new Error(answer.text);
      return answer.json as Accepted; // the API's schema
    },
    async view(who, id) {
      const answer = await get(who, `/posts/${id}`);
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.json as PostView; // the API's schema
    },
  };
};

const allItems = async (table: DynamoDBDocumentClient, TableName: string): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await table.send(new ScanCommand({ TableName, ExclusiveStartKey }));
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
};

const itemOf = (post: Post): Item => ({ ...postRow(post.id), ...post, ownerKey: ownerKey(post) });

const sign = { service: "lambda" } as const;
const functionUrl = ({ endpoint }: TestCloud, name: string): string =>
  `${endpoint}/2015-03-31/functions/text-to-speech-local-${name}`;

export const setVariables = async (cloud: TestCloud, name: string, variables: Headers): Promise<void> => {
  const url = functionUrl(cloud, name);
  const { json } = await send("GET", url, { sign });
  const { Configuration } = json as { Configuration: { Environment: { Variables: Headers } } }; // Lambda's format
  const Environment = { Variables: { ...Configuration.Environment.Variables, ...variables } };
  await send("PUT", `${url}/configuration`, { sign, body: { Environment } });
};

/** The packaged services in a cloud of their own, or in the given one. */
export const openTts = async (given?: TestCloud, options: DeployAppOptions = {}): Promise<Tts> => {
  const cloud = given ?? (await openCloud());
  const users = await openUserPool(cloud);
  const app = await cloud.deploy("services/text-to-speech", { imports: users.imports, ...options });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const aws = { endpoint: cloud.endpoint, region: "us-east-1", credentials };
  const s3 = new S3Client({ ...aws, forcePathStyle: true });
  const marshallOptions = { removeUndefinedValues: true };
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(aws), { marshallOptions });
  const TableName = app.resource("PostsTable");
  const items: Tts["items"] = () => allItems(table, TableName);
  return {
    cloud,
    users,
    app,
    table,
    s3,
    person: () => newUser(cloud, users),
    ...routesOf(app, cloud),
    setVariables: (name, variables) => setVariables(cloud, name, variables),
    invoke: async (name, body) => (await send("POST", `${functionUrl(cloud, name)}/invocations`, { body, sign })).json,
    items,
    itemsOf: async (kind) => (await items()).filter(({ sk }) => sk === kind),
    async objects() {
      const Bucket = app.outputs["AudioBucketName"] ?? "";
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key = "" }) => Key).toSorted();
    },
    async put(...posts) {
      for (let at = 0; at < posts.length; at += 25) {
        const writes = posts.slice(at, at + 25).map((post) => ({ PutRequest: { Item: itemOf(post) } }));
        await table.send(new BatchWriteCommand({ RequestItems: { [TableName]: writes } }));
      }
    },
  };
};
