// A test of an old package proves nothing: what was packaged must be what the sources are.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageState } from "@warmstart/deploy/fingerprint";

const COMMAND = "package it, in its folder: npx sls package --stage local";

/** Throws when `.serverless/` is missing, or was made of other sources (told by the plugin of @warmstart/deploy). */
export const assertFresh = (folder: string): void => {
  if (!existsSync(join(folder, ".serverless/serverless-state.json")))
    throw new Error(`${folder} is not packaged; ${COMMAND}`);
  if (packageState(folder) === "stale")
    throw new Error(`The sources of ${folder} changed since it was packaged; ${COMMAND}`);
};
