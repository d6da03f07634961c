// npm run create-key -w services/url-shortener -- --owner ann [--scopes links:read,stats:read] [--stage local] [--json]
// Writes an API key for an owner into the links table and prints it once; only its hash is stored.
import { useStage } from "@warmstart/deploy/stage";
import { parseArgs } from "node:util";
import { createApiKey, isScope, SCOPES } from "../src/api-key.ts";
import { dynamoApiKeys } from "../src/dynamo-api-keys.ts";
import { documentClient } from "../src/dynamo-client.ts";

const { values } = parseArgs({
  options: {
    owner: { type: "string" },
    scopes: { type: "string", default: SCOPES.join(",") },
    stage: { type: "string", default: "local" },
    json: { type: "boolean", default: false },
  },
});

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

const { owner, stage } = values;
if (!owner || !/^[\w.@-]{1,64}$/.test(owner)) fail("Say whose key it is: --owner <1 to 64 of A-Z a-z 0-9 _ . @ ->");
const scopes = values.scopes.split(",").map((scope) => (isScope(scope) ? scope : fail(`No such scope: ${scope}`)));

useStage(stage);

const keys = dynamoApiKeys(`url-shortener-${stage}-links`, documentClient());
const { secret, key } = await createApiKey(keys, { ownerId: owner ?? "", scopes }, Number.MAX_SAFE_INTEGER).catch(
  (error: unknown) =>
    fail(
      `The key could not be stored: ${error instanceof Error ? error.message : String(error)}. Is stage ${stage} deployed?`,
    ),
);

if (values.json) {
  process.stdout.write(`${JSON.stringify({ key: secret, id: key.id, owner, scopes, stage })}\n`);
} else {
  const url = stage === "local" ? "$(npx warmstart url url-shortener)" : "<ApiUrl of `sls info`>";
  process.stdout.write(
    `${secret}\n\nThis is shown once. Try:\n` +
      `curl -H 'x-api-key: ${secret}' -H 'content-type: application/json' -d '{"url":"https://example.com"}' "${url}/m/v1/links"\n`,
  );
}
