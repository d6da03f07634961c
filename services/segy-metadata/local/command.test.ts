import { expect, test } from "@jest/globals";
import { parseCommand, UsageError } from "./command.ts";

test("a file alone is enough", () => {
  expect(parseCommand(["a.sgy"])).toEqual({ path: "a.sgy", json: false });
});

test("options may stand on either side of the file", () => {
  const command = { path: "a.sgy", json: true, mode: "exact", keys: { slow: 189, fast: 193 } };
  expect(parseCommand(["--json", "--mode", "exact", "a.sgy", "--keys=189,193"])).toEqual(command);
});

test("help wins", () => {
  expect(parseCommand(["--help"])).toBe("help");
  expect(parseCommand(["a.sgy", "-h"])).toBe("help");
});

test.each([
  [[], "which file?"],
  [["a.sgy", "b.sgy"], "one file at a time: a.sgy or b.sgy"],
  [["a.sgy", "--mode", "fast"], "--mode is sampled or exact, not fast"],
  [["a.sgy", "--keys", "189"], "not 189"],
  [["a.sgy", "--keys", "189,189"], "two different bytes"],
  [["a.sgy", "--keys", "0,300"], "1 to 237"],
  [["a.sgy", "--jsn"], "Unknown option '--jsn'"],
])("%j is answered by what is wrong: %s", (args, message) => {
  expect(() => parseCommand(args)).toThrow(UsageError);
  expect(() => parseCommand(args)).toThrow(message);
});
