import { expect, test } from "@jest/globals";
import { packagingErrors } from "./packaging.ts";

const ERROR = '✘ [ERROR] Unexpected "="\n\n    src/a.ts:48:9:\n      48 │ const x: = 1\n         ╵          ^';

test("of a failed build only esbuild's errors are shown, each once", () => {
  const output = `Packaging …\n${ERROR}\n\n${ERROR}\n\nEnvironment: linux\nnpm error code 1\n`;
  expect(packagingErrors(output)).toBe(ERROR);
});

test("of a refused configuration osls's message is shown", () => {
  const output =
    "• turbo 2\nError:\nCannot parse serverless.yml: bad indentation\n    at x (/a.js:1:1)\nnpm error code 1\n";
  expect(packagingErrors(output)).toBe("Cannot parse serverless.yml: bad indentation");
});

test("another failure is shown whole", () => {
  expect(packagingErrors("npm error spawn ENOENT\n")).toBe("npm error spawn ENOENT\n");
});
