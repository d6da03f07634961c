// The links and keys of which the events in events/url-shortener speak, in a cloud of their own.
import type { EventGround, TestCloud } from "@warmstart/testing";
import { createHash } from "node:crypto";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoApiKeys } from "../src/dynamo-api-keys.ts";
import { dynamoLinks } from "../src/dynamo-links.ts";
import { hashPassword } from "../src/password.ts";
import type { Link } from "../src/redirect.ts";
import { aLink } from "./a-link.ts";
import { IMPORTS, KEY_ID, OLD_KEY_ID, PASSWORD, SECRET } from "./events.ts";

const createdAt = "2026-01-15T11:00:00.000Z";
const DAY_SECONDS = 24 * 3600;

const records = async (): Promise<readonly Partial<Link>[]> => [
  { code: "sale" },
  { code: "expired", expiresAt: 1 },
  { code: "deleted" },
  { code: "outdated" },
  { code: "disabled", disabled: "phishing" },
  { code: "used-up", maxUses: 1, uses: 1 },
  { code: "secret", pw: await hashPassword(PASSWORD), protected: true },
];

export const seedEvents = async (cloud: TestCloud): Promise<EventGround> => {
  const app = await cloud.deploy("services/url-shortener", { only: "resources", imports: IMPORTS });
  Object.assign(process.env, cloud.env);
  const [table, client] = [app.resource("LinksTable"), documentClient()];
  const links = dynamoLinks(table, client);
  for (const record of await records()) await links.add(aLink({ createdAt, updatedAt: createdAt, ...record }));
  await links.remove({ code: "deleted", ownerId: "ann", version: 1 }, cloud.clock.now() / 1000 + DAY_SECONDS);
  const keys = dynamoApiKeys(table, client);
  const key = {
    sha256: createHash("sha256").update(SECRET).digest("base64url"),
    ownerId: "ann",
    scopes: ["links:read"],
    createdAt,
  } as const;
  for (const id of [KEY_ID, OLD_KEY_ID]) await keys.add({ id, ...key }, 2);
  return { cloud, app, imports: IMPORTS };
};
