import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openSmallCloud, type SmallCloud } from "./small-cloud.test.fixture.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

let cloud: SmallCloud;
beforeAll(async () => {
  cloud = await openSmallCloud();
});
afterAll(() => cloud.close());

const codeIn = (S3Key: string) => ({ S3Bucket: "code", S3Key });

describe("a function that works", () => {
  test("gets its event, a context and AWS's variables, and answers JSON", async () => {
    await cloud.createFunction({
      name: "echo",
      MemorySize: 256,
      Timeout: 10,
      Environment: { Variables: { TABLE: "links" } },
      code: `exports.handler = async (event, context) => ({
        event, name: context.functionName, mb: context.memoryLimitInMB, arn: context.invokedFunctionArn,
        left: context.getRemainingTimeInMillis(), id: context.awsRequestId, cwd: process.cwd() === process.env.LAMBDA_TASK_ROOT,
        keys: Object.keys(process.env).sort(), table: process.env.TABLE, zone: new Date(0).getTimezoneOffset(),
        trace: process.env._X_AMZN_TRACE_ID, send: typeof process.send, home: process.env.HOME, endpoint: process.env.AWS_ENDPOINT_URL })`,
    });
    const { result, requestId, failed } = await cloud.invoke("echo", { a: ["ü"] });
    expect(failed).toBe(false);
    expect(result).toMatchObject({
      event: { a: ["ü"] },
      name: "echo",
      mb: "256",
      arn: "arn:aws:lambda:us-east-1:000000000000:function:echo",
      id: requestId,
      cwd: true,
      table: "links",
      zone: 0,
      trace: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1;Lineage=1:00000000:1$/,
      ),
      send: "undefined",
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    const { left, keys, home } = result as { left: number; keys: string[]; home?: string };
    expect(home).toBeUndefined();
    expect(left).toBeGreaterThan(8000);
    expect(left).toBeLessThanOrEqual(10_000);
    expect(keys).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL",
      "AWS_EXECUTION_ENV",
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
      "AWS_LAMBDA_FUNCTION_NAME",
      "AWS_LAMBDA_FUNCTION_VERSION",
      "AWS_LAMBDA_INITIALIZATION_TYPE",
      "AWS_LAMBDA_LOG_GROUP_NAME",
      "AWS_LAMBDA_LOG_STREAM_NAME",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "LAMBDA_RUNTIME_DIR",
      "LAMBDA_TASK_ROOT",
      "LANG",
      "PATH",
      "TABLE",
      "TMPDIR",
      "TZ",
      "_HANDLER",
      "_X_AMZN_TRACE_ID",
    ]);
  });

  test("keeps its module between invocations and logs START, its lines, END and REPORT", async () => {
    await cloud.createFunction({
      name: "counter",
      code: `let n = 0; console.log("loading");
        exports.handler = async () => { console.info("call %d", ++n, { a: 1 }); console.error("two\\nlines"); process.stdout.write("raw\\n"); return n; }`,
    });
    expect((await cloud.invoke("counter")).result).toBe(1);
    const { result, requestId: id, logTail } = await cloud.invoke("counter");
    expect(result).toBe(2);
    const lines = await cloud.logLines("/aws/lambda/counter");
    expect(lines).toHaveLength(13);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\tundefined\tINFO\tloading\n$/);
    expect(lines[6]).toMatch(/\tInit Duration: \d+\.\d\d ms\t\n$/);
    const second = lines.slice(7);
    expect(second[0]).toBe(`START RequestId: ${id} Version: $LATEST\n`);
    expect(second.slice(1, 4)).toEqual([
      expect.stringMatching(new RegExp(`\t${id}\tINFO\tcall 2 { a: 1 }\n$`)),
      expect.stringMatching(new RegExp(`^2026-11-21T08:00:0\\d\\.\\d{3}Z\t${id}\tERROR\ttwo\nlines\n$`)),
      "raw\n",
    ]);
    expect(second[4]).toBe(`END RequestId: ${id}\n`);
    expect(second[5]).toMatch(
      new RegExp(
        `^REPORT RequestId: ${id}\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\t\n$`,
      ),
    );
    expect(logTail).toBe(second.join(""));
  });

  test("may be an ES module, by name or by package.json", async () => {
    const { makeZip } = await import("./zip.ts");
    const source = `import { join } from "node:path"; await 0; export const handler = async () => join("a", "b");`;
    cloud.objects.set("code/mjs.zip", makeZip([{ name: "src/main.mjs", content: source }]));
    const packaged = [
      { name: "index.js", content: source },
      { name: "package.json", content: `{"type":"module"}` },
    ];
    cloud.objects.set("code/module.zip", makeZip(packaged));
    await cloud.createFunction({ name: "mjs", code: "", Code: codeIn("mjs.zip"), Handler: "src/main.handler" });
    await cloud.createFunction({ name: "module", code: "", Code: codeIn("module.zip") });
    expect((await cloud.invoke("mjs")).result).toBe("a/b");
    expect((await cloud.invoke("module")).result).toBe("a/b");
  });

  test("sees the cloud's time, which runs on from the frozen instant, and may skip it", async () => {
    await cloud.createFunction({
      name: "clock",
      code: `exports.handler = async () => {
        const before = Date.now();
        globalThis[Symbol.for("warmstart.clock")].skip(60000);
        class Later extends Date {}
        return { before, later: new Later() instanceof Date, skipped: new Date() - before, text: Date(), fixed: new Date(0).toISOString(), utc: Date.UTC(2020, 1) };
      }`,
    });
    const { result } = await cloud.invoke("clock");
    const { before, skipped, ...rest } = result as { before: number; skipped: number };
    expect(before - cloud.clock.now()).toBeGreaterThanOrEqual(0);
    expect(before - cloud.clock.now()).toBeLessThan(1000);
    expect(skipped).toBeGreaterThanOrEqual(60_000);
    expect(skipped).toBeLessThan(61_000);
    expect(rest).toEqual({
      later: true,
      text: expect.stringContaining("Nov 21 2026 08:01:0"),
      fixed: "1970-01-01T00:00:00.000Z",
      utc: 1580515200000,
    });
  });

  test("runs several invocations at once in processes of their own, up to the cap; the others wait", async () => {
    await cloud.createFunction({ name: "pid", code: `exports.handler = async () => process.pid` });
    const pids = await Promise.all(Array.from({ length: 8 }, async () => (await cloud.invoke("pid")).result));
    expect(new Set(pids).size).toBeLessThanOrEqual(4);
    expect(cloud.lambda.status().find(({ name }) => name === "pid")).toMatchObject({
      environments: new Set(pids).size,
    });
  });
});

const failing = async (name: string, body: string, properties: Record<string, unknown> = {}) => {
  const code = `exports.handler = async (event) => { if (event.ok) return "fine"; ${body} }`;
  await cloud.createFunction({ name, code, ...properties });
  const outcome = await cloud.invoke(name);
  const next = await cloud.invoke(name, { ok: true });
  expect(next).toMatchObject({ failed: false, result: "fine" });
  return outcome;
};

describe("a function that fails", () => {
  test("by throwing keeps its environment and answers type, message and trace", async () => {
    const { failed, result, requestId } = await failing("throws", `throw new TypeError("boom")`);
    expect(failed).toBe(true);
    expect(result).toEqual({ errorType: "TypeError", errorMessage: "boom", trace: expect.any(Array) });
    const lines = await cloud.logLines("/aws/lambda/throws");
    expect(lines[1]).toContain(
      `\t${requestId}\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"boom","stack":[`,
    );
    expect(lines.at(-1)).not.toContain("Init Duration");
  });

  test("by throwing what is no error", async () => {
    const { result } = await failing("throws-text", `throw "text"`);
    expect(result).toEqual({ errorType: "string", errorMessage: "text", trace: [] });
  });

  test("by running too long is killed at its time-out", async () => {
    const { failed, result, requestId, logTail } = await failing("late", `for (;;);`, { Timeout: 1 });
    expect(failed).toBe(true);
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`;
    expect(result).toEqual({ errorType: "Sandbox.Timedout", errorMessage });
    expect(logTail).toContain(`2026-11-21T08:00:00.000Z ${requestId} Task timed out after 1.00 seconds\n\n`);
    expect(logTail).toMatch(/Duration: 1\d{3}\.\d\d ms.*Init Duration.*Status: timeout\t\n$/);
  });

  test("by exiting is known at once", async () => {
    const { failed, result, requestId, logTail } = await failing(
      "exits",
      `console.log("last words"); process.exit(1);`,
    );
    expect(failed).toBe(true);
    const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`;
    expect(result).toEqual({ errorType: "Runtime.ExitError", errorMessage });
    expect(logTail).toContain(`INFO\tlast words\n`);
    expect(logTail).toContain(`${errorMessage}\nRuntime.ExitError\n`);
  });

  test("by exiting with status 0 gives no reason", async () => {
    const { result, requestId } = await failing("exits-well", `process.exit(0);`);
    expect(result).toMatchObject({
      errorMessage: `RequestId: ${requestId} Error: Runtime exited without providing a reason`,
    });
  });

  test("by using 600 MB at 128 MB is killed", async () => {
    const { failed, result, requestId, logTail } = await failing(
      "large",
      `const all = []; for (let i = 0; i < 60; i++) { all.push(Buffer.alloc(1e7, 1)); await new Promise((r) => setImmediate(r)); } return all.length;`,
      { Timeout: 30 },
    );
    expect(failed).toBe(true);
    const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`;
    expect(result).toEqual({ errorType: "Runtime.ExitError", errorMessage });
    expect(logTail).toContain("Max Memory Used: 128 MB");
  });

  test("by a rejection that nobody handles, or an exception outside the handler's promise", async () => {
    const rejected = await failing("rejects", `Promise.reject(new Error("lost")); await new Promise(() => {});`);
    expect(rejected.result).toMatchObject({
      errorType: "Runtime.UnhandledPromiseRejection",
      errorMessage: "Error: lost",
    });
    const thrown = await failing(
      "uncaught",
      `setImmediate(() => { throw new RangeError("later"); }); await new Promise(() => {});`,
    );
    expect(thrown.result).toMatchObject({ errorType: "RangeError", errorMessage: "later" });
  });

  test("by a result that is not JSON, or too large", async () => {
    const cyclic = await failing("cyclic", `const a = {}; a.a = a; return a;`);
    expect(cyclic.result).toMatchObject({ errorType: "Error", errorMessage: "Unable to stringify response body" });
    const large = await failing("too-large", `return "x".repeat(7e6);`);
    expect(large.result).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
    expect((await failing("nothing", `return undefined;`)).result).toBeNull();
  });

  /** In ordinary runs: one that says what is wrong, and one that dies. */
  const MENDED = ["import", "init-exits"];

  test.each([
    ["import", `require("nowhere");`, "Runtime.ImportModuleError", "Cannot find module 'nowhere'"],
    ["syntax", `exports.handler = async ( => 1;`, "Runtime.UserCodeSyntaxError", "SyntaxError"],
    ["no-handler", `exports.other = 1;`, "Runtime.HandlerNotFound", "index.handler is undefined or not exported"],
    ["callback", `exports.handler = (event, context, callback) => callback(null, 1);`, "Runtime.CallbackHandlerDeprecated", "callback"], // prettier-ignore
    ["streaming", `exports.handler = awslambda.streamifyResponse(async () => {});`, "Runtime.StreamingNotSupported", "streaming"], // prettier-ignore
    ["init-throws", `throw new Error("no TABLE");`, "Error", "no TABLE"],
    ["init-exits", `process.exit(3);`, "Runtime.ExitError", "exit status 3"],
  ])("at its start (%s), and works when its code is mended", async (name, code, errorType, message) => {
    await cloud.createFunction({ name, code });
    const { failed, result } = await cloud.invoke(name);
    expect(failed).toBe(true);
    expect(result).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) });
    if (!FULL && !MENDED.includes(name)) return;
    const properties = {
      Handler: "index.handler",
      Runtime: "nodejs24.x",
      Role: `arn:aws:iam::000000000000:role/${name}Role`,
    };
    const mended = { ...properties, Code: { ZipFile: `exports.handler = async () => "mended"` } };
    await cloud.type("AWS::Lambda::Function").update?.(name, mended, properties, cloud.context("Function"));
    expect(await cloud.invoke(name)).toMatchObject({ failed: false, result: "mended" });
  });

  test("at its start, when a package is on this machine but not in its zip", async () => {
    const modules = join(import.meta.dirname, "../../node_modules");
    mkdirSync(modules, { recursive: true }); // npm may have had nothing to put there
    const codeFolder = mkdtempSync(join(modules, ".code-"));
    const inside = await openSmallCloud({ codeFolder });
    await inside.createFunction({ name: "requires", code: `require("valibot");` });
    await inside.createFunction({
      name: "imports",
      code: `exports.handler = async () => Object.keys(await import("valibot"));`,
    });
    const required = await inside.invoke("requires");
    const imported = await inside.invoke("imports");
    await inside.close();
    rmSync(codeFolder, { recursive: true });
    const errorMessage = expect.stringContaining("it exists on this machine, but not in the function's zip");
    expect(required.result).toMatchObject({ errorType: "Runtime.ImportModuleError", errorMessage });
    expect(imported.result).toMatchObject({ errorType: "Error", errorMessage });
  });

  test("by a slow start is tried once more within its first invocation", async () => {
    const slow = await openSmallCloud({ initMs: 300 });
    const code = `const fs = require("fs"); const mark = "MARK";
      if (!fs.existsSync(mark)) { fs.writeFileSync(mark, ""); for (;;); } exports.handler = async () => "second";`;
    await slow.createFunction({ name: "slow", code: code.replace("MARK", `${slow.store.folder}/mark`), Timeout: 10 });
    expect(await slow.invoke("slow")).toMatchObject({ failed: false, result: "second" });
    await slow.close();
  });

  test("by reaching out of this machine is refused", async () => {
    await cloud.createFunction({
      name: "reaches",
      code: `exports.handler = () => new Promise((resolve) => require("net").connect(80, "example.com").on("error", (e) => resolve(e.message)))`,
    });
    expect((await cloud.invoke("reaches")).result).toBe(
      "connect ENETUNREACH example.com:80, blocked by warmstart; --allow-net example.com",
    );
  });

  test("takes along what it started", async () => {
    await cloud.createFunction({
      name: "starts-others",
      code: `exports.handler = async ({ pid }) => { const child = require("child_process").spawn("sleep", ["100"]); if (pid) return child.pid; process.stdout.write(child.pid + "\\n"); process.exit(1); }`,
    });
    const { logTail } = await cloud.invoke("starts-others");
    const pid = /^(\d+)$/m.exec(logTail)?.[1];
    // Nobody may have collected it yet, but it has no program any more.
    const runs = (): boolean => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
      } catch {
        return false;
      }
    };
    expect(pid).toBeDefined();
    while (runs()) await new Promise((resolve) => setImmediate(resolve)); // a busy machine ends it a little later
  });
});
