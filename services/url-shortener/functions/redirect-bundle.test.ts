import { expect, test } from "@jest/globals";
import { expectBundle } from "@warmstart/testing";
import { build as settings } from "@warmstart/deploy/esbuild";
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

test("the redirect's bundle stays below 25 KB and holds no SDK", async () => {
  const entry = fileURLToPath(new URL("redirect.ts", import.meta.url));
  const { outputFiles, metafile } = await build({ ...settings, entryPoints: [entry], write: false, metafile: true });
  expect(outputFiles[0]?.contents.length).toBeLessThanOrEqual(25 * 1024);
  expect(Object.keys(metafile.inputs).filter((path) => /@aws-sdk|@smithy|valibot|isbot/.test(path))).toEqual([]);
});

test("the packaged redirect loads quickly", async () => {
  await expect(expectBundle("services/url-shortener/redirect").toBeUnder({ kb: 25, loadMs: 20 })).resolves.toBe(
    undefined,
  );
});
