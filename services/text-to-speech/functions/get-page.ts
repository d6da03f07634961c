import { env, http, text } from "@warmstart/middleware";
import { createPage } from "../src/page.ts";

const { AUDIO_BUCKET, AWS_REGION, AWS_ENDPOINT_URL, JWT_ISSUER, JWT_AUDIENCE } = env({
  AUDIO_BUCKET: text(),
  AWS_REGION: text(),
  AWS_ENDPOINT_URL: text(""), // of the embedded AWS; on AWS there is none
  JWT_ISSUER: text(),
  JWT_AUDIENCE: text(),
});
const page = createPage({
  cognito: AWS_ENDPOINT_URL || new URL(JWT_ISSUER).origin,
  clientId: JWT_AUDIENCE,
  bucketOrigin: AWS_ENDPOINT_URL || `https://${AUDIO_BUCKET}.s3.${AWS_REGION}.amazonaws.com`,
});

export const handler = http({ query: "any" }, ({ event }) => page(event.rawPath));
