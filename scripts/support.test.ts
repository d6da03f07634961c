import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { run } from "./command.ts";
import { root } from "./repository.ts";

test("SUPPORT.md is what the code supports (npm run support writes it)", async () => {
  const { output } = await run(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    "scripts/support.ts",
    "--print",
  ]);
  expect(output).toBe(readFileSync(join(root, "packages/cloud/SUPPORT.md"), "utf8"));
});
