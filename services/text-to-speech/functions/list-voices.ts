import { PollyClient } from "@aws-sdk/client-polly";
import { http, ok } from "@warmstart/middleware";
import { pollyVoices } from "../src/polly-voices.ts";
import { VoicesQuery } from "../src/post-schemas.ts";
import { voicesFor } from "../src/voices.ts";

const polly = pollyVoices(new PollyClient({}));
const init = { headers: { "cache-control": "public, max-age=3600" } };

export const handler = http({ query: VoicesQuery }, async ({ query }) =>
  ok({ data: voicesFor(await polly.voices(), query) }, init),
);
