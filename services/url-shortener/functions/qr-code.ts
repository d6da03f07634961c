import { env, http, plain, text } from "@warmstart/middleware";
import { baseOf, noSuchLink, openOrThrow } from "../src/answers.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoLinks } from "../src/dynamo-links.ts";
import { QrQuery, qrSvg } from "../src/qr-code.ts";
import { parseCode } from "../src/redirect.ts";

const { LINKS_TABLE, BASE_URL } = env({ LINKS_TABLE: text(), BASE_URL: text("") });
const links = dynamoLinks(LINKS_TABLE, documentClient());

export const handler = http({ query: QrQuery }, async ({ path, query, headers }) => {
  const asked = parseCode(path["code"] ?? "");
  if (asked === undefined || asked.plus) throw noSuchLink();
  const { code } = openOrThrow(await links.get(asked.code), Date.now());
  const svg = qrSvg(`${baseOf(headers, BASE_URL)}/${code}?s=qr`, query);
  return plain(svg, "image/svg+xml", { headers: { "cache-control": "max-age=86400" } });
});
