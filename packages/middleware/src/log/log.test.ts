import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { createLog, levelFrom, type LogLevel } from "./log.ts";
import { maskText } from "./mask.ts";

const logAt = (level: LogLevel): { log: ReturnType<typeof createLog>; lines: Record<string, unknown>[] } => {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
  return { log: createLog({ service: "s" }, { level, write }), lines };
};

test("a line has Powertools' keys and the fields of its log", () => {
  const { log, lines } = logAt("INFO");
  log.with({ order: 1 }).warn("careful", { size: 2 });
  expect(lines).toEqual([
    { level: "WARN", message: "careful", timestamp: expect.any(String), service: "s", order: 1, size: 2 },
  ]);
});

test("lines below the level are not written", () => {
  const { log, lines } = logAt("WARN");
  log.debug("a");
  log.info("b");
  log.error("c");
  expect(lines.map(({ message }) => message)).toEqual(["c"]);
});

test("secrets are masked by name and by look, at any depth", () => {
  const { log, lines } = logAt("INFO");
  log.info("x", {
    password: "p",
    nested: { Authorization: "Bearer abc", apiKey: "k", list: ["ask me@example.com about sk_abcd_1234"] },
    url: "https://s3/x?X-Amz-Signature=abc&X-Amz-Date=1",
    jwt: "eyJhbGciOi.eyJzdWIi.c2ln",
    isSecret: true,
  });
  expect(lines[0]).toMatchObject({
    password: "***",
    nested: { Authorization: "***", apiKey: "***", list: ["ask *** about ***"] },
    url: "https://s3/x?***&***",
    jwt: "***",
    isSecret: true,
  });
});

test("errors are spelled out with causes and own fields", () => {
  const { log, lines } = logAt("INFO");
  const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  log.error("failed", { error: new TypeError("outer", { cause }) });
  expect(lines[0]).toMatchObject({
    error: { name: "TypeError", message: "outer", stack: expect.any(String), cause: { code: "ECONNREFUSED" } },
  });
});

test("fields that cannot be written cost only themselves", () => {
  const { log, lines } = logAt("INFO");
  const loop: Record<string, unknown> = {};
  loop["self"] = loop;
  log.info("x", loop);
  log.info("y", { big: 10n });
  expect(lines).toMatchObject([
    { message: "x", log_error: "fields are not serialisable" },
    { message: "y", big: "10" },
  ]);
});

test("the level comes from LOG_LEVEL; a share of calls is logged in full", () => {
  expect([levelFrom({}), levelFrom({ LOG_LEVEL: "warn" }), levelFrom({ LOG_LEVEL: "nonsense" })]).toEqual([
    "INFO",
    "WARN",
    "INFO",
  ]);
  expect(levelFrom({ LOG_DEBUG_RATE: "0.1" }, () => 0.09)).toBe("DEBUG");
  expect(levelFrom({ LOG_DEBUG_RATE: "0.1" }, () => 0.1)).toBe("INFO");
});

test("masking is quick on any text", () => {
  const texts = fc.constantFrom(
    "a".repeat(200_000),
    `${"a".repeat(65)}@`.repeat(2_000),
    "eyJ.".repeat(50_000),
    "Bearer ".repeat(20_000),
  );
  fc.assert(
    fc.property(texts, (text) => expect(maskText(text).length).toBeLessThanOrEqual(text.length)),
    { seed: 3, numRuns: 8, interruptAfterTimeLimit: 10_000, markInterruptAsFailure: true },
  );
});
