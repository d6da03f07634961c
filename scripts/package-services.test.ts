import { expect, test } from "@jest/globals";
import { packagingErrors } from "./package-services.ts";

const ERROR = '✘ [ERROR] Unexpected "="\n\n    src/a.ts:48:9:\n      48 │ const x: = 1\n         ╵          ^';

test("of a failed build only esbuild's errors are shown, each once", () => {
  const output = `Packaging …\n${ERROR}\n\n${ERROR}\n\nEnvironment: linux\nnpm error code 1\n`;
  expect(packagingErrors(output)).toBe(ERROR);
});

test("another failure is shown whole", () => {
  expect(packagingErrors("Error:\nCannot resolve variable\n")).toBe("Error:\nCannot resolve variable\n");
});
