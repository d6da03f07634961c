import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { dynamoWindows, env, html, http, rateWindow, text } from "@warmstart/middleware";
import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { forBrowsers, found, goneLink, noSuchLink, openOrThrow } from "../src/answers.ts";
import { clickLog } from "../src/clicks.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoLinks } from "../src/dynamo-links.ts";
import { linkPage, PAGE_HEADERS } from "../src/page.ts";
import { isPassword, visitorOf } from "../src/password.ts";
import { type Link, parseCode } from "../src/redirect.ts";

const { LINKS_TABLE, ABUSE_CONTACT } = env({ LINKS_TABLE: text(), ABUSE_CONTACT: text("") });
const client = documentClient();
const links = dynamoLinks(LINKS_TABLE, client);
const logClick = clickLog(randomBytes(8).toString("hex"), (line) => process.stdout.write(line));

// Few tries per visitor, and a bound for the link that no number of addresses can go past.
const store = dynamoWindows({ client, table: LINKS_TABLE, commands: { UpdateCommand } });
const perVisitor = rateWindow({ store, route: "password", limit: 5, windowSeconds: 900 });
const perLink = rateWindow({ store, route: "passwords", limit: 100, windowSeconds: 3600 });

const openLinkAt = async (segment: string | undefined): Promise<Link> => {
  const asked = parseCode(segment ?? "");
  if (asked === undefined || asked.plus) throw noSuchLink();
  return openOrThrow(await links.get(asked.code), Date.now());
};

/** Counts the try before it looks, so that parallel guesses cannot go past the limit; a right one is given back. */
const isRight = async ({ code }: Link, hash: string, password: string, address: string): Promise<boolean> => {
  const visitor = `${code}#${visitorOf(address, hash)}`;
  await perVisitor.take(visitor);
  await perLink.take(code);
  if (!(await isPassword(password, hash))) return false;
  await Promise.all([perVisitor.take(visitor, -1), perLink.take(code, -1)]);
  return true;
};

export const show = http({ query: "any" }, ({ path, headers }) =>
  forBrowsers(headers, async () =>
    html(linkPage(await openLinkAt(path["code"]), { abuseContact: ABUSE_CONTACT }), { headers: PAGE_HEADERS }),
  ),
);

const Form = v.strictObject({ password: v.optional(v.pipe(v.string(), v.maxLength(128))) });

export const submit = http({ body: Form, bodyType: "form", query: "any" }, ({ body, path, headers, event }) =>
  forBrowsers(headers, async () => {
    const link = await openLinkAt(path["code"]);
    const { sourceIp } = event.requestContext.http;
    if (link.pw !== undefined && !(await isRight(link, link.pw, body.password ?? "", sourceIp))) {
      const page = linkPage(link, { abuseContact: ABUSE_CONTACT, warning: "That password is wrong." });
      return html(page, { status: 401, headers: PAGE_HEADERS });
    }
    if (link.maxUses !== undefined && !(await links.use(link))) throw goneLink("link-used-up");
    logClick(link, headers, {});
    return found(link.url, 303);
  }),
);
