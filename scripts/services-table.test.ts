import { expect, test } from "@jest/globals";
import { rowsOf, withRow } from "./services-table.ts";

const readme = (...rows: string[]): string =>
  ["| service | what |", "| ------- | ---- |", ...rows, "", "Each is a folder."].join("\n");
const row = (name: string): string => `| [${name}](services/${name}) | what ${name} does | HTTP | S3, SQS | 1,310 |`;
const thumbnails = { name: "thumbnails", what: "small pictures", startsBy: "S3 upload", parts: "S3", lines: 1204 };
const added = "| [thumbnails](services/thumbnails) | small pictures | S3 upload | S3 | 1,200 |";

test("a row tells a service, what it does, what starts it, its parts and its size", () => {
  expect(rowsOf(readme(row("orders")))).toEqual([
    { name: "orders", what: "what orders does", startsBy: "HTTP", parts: "S3, SQS", lines: 1310 },
  ]);
});

test("a new service gets its row in the order of the names", () => {
  expect(withRow(readme(row("orders"), row("users")), thumbnails)).toBe(readme(row("orders"), added, row("users")));
  expect(withRow(readme(row("orders")), thumbnails)).toBe(readme(row("orders"), added));
  expect(withRow(readme(row("users")), thumbnails)).toBe(readme(added, row("users")));
});
