import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { root, services } from "../repository.ts";
import { shortened, terminalPicture } from "./terminal.ts";

const command = `${" ".repeat(17)}curl `;

test("of what repeats itself a picture keeps the first lines, and a long line ends with …", () => {
  const deployed = ["a", "b", "c", "d"].map((name) => `  deployed ${name}-local (0.1 s)`);
  expect(shortened([...deployed, "service", `${command}1`, `${command}2`, "service", `${command}3`])).toEqual([
    ...deployed.slice(0, 2),
    "  …",
    "service",
    `${command}1`,
    "service",
    `${command}3`,
  ]);
  expect(shortened(["x".repeat(101)])).toEqual([`${"x".repeat(99)}…`]);
});

test("an API key that npm start made is not in the picture", () => {
  expect(shortened([`${command}-H 'x-api-key: sk_aB3_zz'`])).toEqual([`${command}-H 'x-api-key: sk_…'`]);
});

test("the picture stands alone, says what it shows, and follows the reader's light or dark", () => {
  const svg = terminalPicture(["$ npm start", "<&>", "at http://127.0.0.1:4566"], "What it <writes>");
  expect(svg).toContain("<title>What it &lt;writes&gt;</title>");
  expect(svg).toContain(">&lt;&amp;&gt;</text>");
  expect(svg).toContain("prefers-color-scheme: dark");
  expect(svg).not.toMatch(/<script|@import|@font-face|href=|url\(/);
});

test("docs/npm-start.svg shows the services that there are (npm run pictures draws it)", () => {
  const svg = readFileSync(join(root, "docs/npm-start.svg"), "utf8");
  expect(services().filter((name) => svg.includes(`>${name} `)).length).toBeGreaterThanOrEqual(8);
});
