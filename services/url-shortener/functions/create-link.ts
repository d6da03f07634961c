import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import {
  created,
  dynamoIdempotency,
  dynamoWindows,
  env,
  etagOf,
  http,
  idempotency,
  ok,
  rateWindow,
  text,
} from "@warmstart/middleware";
import { baseOf } from "../src/answers.ts";
import { randomBase58 } from "../src/code.ts";
import { createBatch } from "../src/create-batch.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoLinks } from "../src/dynamo-links.ts";
import { createLink, viewOf } from "../src/link.ts";
import { NewLink, NewLinks } from "../src/link-schemas.ts";
import { jwtOf, PEOPLE } from "../src/people.ts";

const { LINKS_TABLE, BASE_URL, ...people } = env({ LINKS_TABLE: text(), BASE_URL: text(""), ...PEOPLE });
const client = documentClient();
const links = dynamoLinks(LINKS_TABLE, client);
const commands = { GetCommand, PutCommand, DeleteCommand, UpdateCommand };
const idempotent = idempotency({ store: dynamoIdempotency({ client, table: LINKS_TABLE, commands }) });
const newLinks = rateWindow({
  store: dynamoWindows({ client, table: LINKS_TABLE, commands }),
  route: "links",
  limit: 600,
  windowSeconds: 3600,
});

// Kept with the Idempotency-Key: every code of the request follows from it.
const plan = () => ({ seed: randomBase58(22) });
const alike = { jwt: jwtOf(people), scopes: ["links:write"], idempotent, plan };

export const one = http({ ...alike, body: NewLink }, async ({ body, caller, headers, plan, event }) => {
  const asker = { ownerId: caller.sub, base: baseOf(headers, BASE_URL), now: Date.now() };
  await newLinks.take(caller.sub);
  const link = await createLink(links, body, asker, plan);
  return created(viewOf(link, asker), `${event.rawPath}/${link.code}`, { etag: etagOf(link.version) });
});

export const batch = http(
  { ...alike, body: NewLinks, maxBodyBytes: 256 * 1024 },
  async ({ body, caller, headers, plan, requestId }) => {
    const asker = { ownerId: caller.sub, base: baseOf(headers, BASE_URL), now: Date.now() };
    await newLinks.take(caller.sub, body.links.length);
    return ok({ results: await createBatch(links, body.links, asker, { ...plan, requestId }) });
  },
);
