import { describe, expect, test } from "@jest/globals";
import { cubeDocument, withoutHints } from "../test/document.ts";
import { finding } from "../src/document/findings.ts";
import type { Metadata } from "../src/document/metadata.ts";
import { reportLines } from "./report.ts";
import { render } from "./terminal.ts";

const report = (document: Metadata, path = "cube.sgy") =>
  render(reportLines(document, { path, seconds: 0.25, map: [] }), false);

describe("the report of a cube", () => {
  const text = report(cubeDocument());

  test("says first what the file is", () => {
    expect(text.split("\n").slice(0, 2)).toEqual(["cube.sgy", "ready, 3D post-stack, 20,301 traces, 42,644,400 bytes"]);
  });

  test.each([
    "crs          ED50 / UTM zone 31N  (line 6)",
    "kind         SEG-Y revision 1 (0100), big-endian",
    "traces       20,301, 2,088 bytes each, first at offset 3,600",
    "samples      462 per trace (from binary), every 4 ms",
    "because      format code 5 is known; the size is 20301 whole traces",
    "line         iline, bytes 189-192: 100 to 200 (101)",
    "crossline    xline, bytes 193-196: 300 to 500 (201)",
    "order        lines rising; in each, crosslines rising",
    "filled       100 % of the cells, none missing",
    "spacing      25 m from line to line, 25 m from crossline to crossline",
    "azimuth      lines grow towards 0°, crosslines grow towards 90°",
    "system       EPSG:23031; the middle is at 54.802° N, 4.671° E (WGS 84)",
    "confidence   exact: every trace header was read",
    "read         20,301 trace headers: 42.6 MB in 7 requests, 250 ms",
  ])("%s", (line) => {
    expect(text.replaceAll(/ +\(line/g, "  (line").split("\n")).toContain(line);
  });
});

test("findings come by severity, with the traces that show them", () => {
  const findings = [
    finding("dead-traces", "trace header 29", "2 traces are dead", { count: 2, first: [3, 9] }),
    finding("order-break", "trace header 189", "not sorted", {
      count: 12,
      first: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    }),
  ];
  const lines = report(cubeDocument({ findings })).split("\n");
  const from = lines.indexOf("Findings (traces are counted from 0)");
  expect(lines.slice(from + 1, from + 7)).toEqual([
    "warning      order-break  trace header 189",
    "             not sorted",
    "             traces 0, 1, 2, 3, 4, 5, 6, 7, … (12 in all)",
    "info         dead-traces  trace header 29",
    "             2 traces are dead",
    "             traces 3, 9",
  ]);
});

test("missing and duplicate cells are named", () => {
  const text = report(
    cubeDocument(
      {},
      {
        fill: 0.9998,
        missing: 3,
        missingCells: [
          [101, 300],
          [101, 301],
          [180, 400],
        ],
        duplicates: 1,
        duplicateCells: [[100, 300]],
      },
    ),
  );
  expect(text).toMatch(/^filled +99\.9 % of the cells$/m);
  expect(text).toMatch(/^missing +3 cells: 101\/300, 101\/301, 180\/400$/m);
  expect(text).toMatch(/^duplicate +1 cell: 100\/300$/m);
});

test("a rejected file has a report too", () => {
  const findings = [finding("not-segy", "file", "Nothing in this file looks like SEG-Y or SU")];
  const text = report(cubeDocument({ status: "rejected", text: null, format: null, geometry: null, findings }));
  expect(text).toMatch(/^rejected, /m);
  expect(text).toMatch(/^error +not-segy +file$/m);
  expect(text).not.toMatch("Geometry");
});

test("an unknown system is said to be unknown, and one that cannot be is not placed", () => {
  expect(report(cubeDocument(withoutHints))).toMatch(/^system +unknown/m);
  const extent = { x: [2e6, 2.1e6] as [number, number], y: [2e7, 2.1e7] as [number, number] };
  expect(report(cubeDocument({}, { extent }))).toMatch(/^system +EPSG:23031, but the coordinates cannot be in it$/m);
});

test("a sampled answer says how much it knows", () => {
  const { basis } = cubeDocument();
  const text = report(
    cubeDocument({ confidence: "sampled", basis: { ...basis, settledShare: 0.9749, deviatingShareBelow95: 0.0015 } }),
  );
  expect(text).toMatch(/^bounds +97\.4 % settled; at 95 % less than 0\.15 % of the traces deviate$/m);
});

test("nothing that a file or its name holds is wider than the terminal or a control code", () => {
  const evil = `\u001B]0;owned\u0007\u009B2J${"x".repeat(300)}`;
  const hints = [{ kind: "survey" as const, value: evil, line: 1 }];
  const records = [
    { stanza: evil, encoding: "ascii" as const, bytes: [3601, 6800] as [number, number], lines: [evil] },
  ];
  const text = report(
    cubeDocument({
      text: { encoding: "ascii", blank: false, lines: [evil], records, hints },
      findings: [finding("layout-stanza-invalid", evil, evil)],
    }),
    `${evil}.sgy`,
  );
  expect(text).toMatch(/^(?:\P{C}*\n)*$/u);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});
