import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { esbuildConfig } from "./esbuild.cjs";

const names = ["npm_config_cpu", "npm_config_os", "npm_config_libc"];
const before = names.map((name) => process.env[name]);

beforeEach(() => {
  for (const name of names) delete process.env[name];
});
afterEach(() => {
  for (const [index, name] of names.entries()) {
    if (before[index] === undefined) delete process.env[name];
    else process.env[name] = before[index];
  }
});

const serverless = (architecture: string | undefined, command = "package") => ({
  config: { serviceDir: "." },
  service: { provider: architecture === undefined ? {} : { architecture } },
  processedInput: { commands: [command] },
});
const environment = (): unknown[] => names.map((name) => process.env[name]);

test("functions are minified CommonJS with their SDK, tree-shaken like ESM, without maps", () => {
  expect(esbuildConfig()(serverless("arm64"))).toMatchObject({
    bundle: true,
    minify: true,
    format: "cjs",
    target: "node24",
    mainFields: ["module", "main"],
    sourcemap: false,
  });
  expect(environment()).toEqual([undefined, undefined, undefined]);
});

test.each([
  ["arm64", "arm64"],
  ["x86_64", "x64"],
  [undefined, "x64"],
])("sharp is installed for %s, which npm calls %s", (architecture, cpu) => {
  const config = esbuildConfig({ sharp: true })(serverless(architecture));
  expect(config).toMatchObject({ external: ["sharp"], packagePath: "./runtime/package.json" });
  expect(config).not.toHaveProperty("sharp");
  expect(environment()).toEqual([cpu, "linux", "glibc"]);
});

test("invoke runs on this machine and gets this machine's sharp", () => {
  esbuildConfig({ sharp: true })(serverless("arm64", "invoke"));
  expect(environment()).toEqual([undefined, undefined, undefined]);
});

test("an own option wins", () => {
  expect(esbuildConfig({ sourcemap: true })(serverless("arm64"))).toMatchObject({ sourcemap: true });
});
