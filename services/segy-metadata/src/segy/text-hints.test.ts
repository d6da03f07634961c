import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { byteHints, hintsOf } from "./text-hints.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";
const RUNS = FULL ? 20_000 : 2_000;

const found = (line: string): string[] => hintsOf([line]).map(({ kind, value }) => `${kind} ${value}`);

describe("the text header hints at", () => {
  test.each([
    ["Inline number : bytes 5-8", { slow: 5 }],
    ["INLINE 189-192", { slow: 189 }],
    ["C 7 IN-LINE NUMBER AT BYTE 9", { slow: 9 }],
    ["3D INLINE NUMBER: TRACE HEADER BYTES 9 - 12", { slow: 9 }],
    ["INLINE (4 BYTE INT): BYTE 189", { slow: 189 }],
    ["C12   INLINE BYTES 189-193    ¦ OFFSET BYTES 037-041", { slow: 189 }],
    ["C13   CROSSLINE BYTES 193-197 ¦", { fast: 193 }],
    ["X-LINE IN BYTES 21 TO 24", { fast: 21 }],
    ["BYTES 189-192: INLINE   BYTES 193-196: CROSSLINE", { slow: 189, fast: 193 }],
    ["Byte 9-12 = Inline number, byte 21-24 = Crossline number", { slow: 9, fast: 21 }],
    ["CDP BYTES 21-24  INLINE BYTES 189-192", { slow: 189 }],
    ["INLINE AND CROSSLINE BYTES 9 AND 21", { slow: 9, fast: 21 }],
    ["IL/XL BYTES 9/21", { slow: 9, fast: 21 }],
    ["CDP X: BYTES 181-184, CDP Y: BYTES 185-188", { x: 181, y: 185 }],
    ["X COORD 73-76  Y COORD 77-80", { x: 73, y: 77 }],
    ["EASTING 81-84  NORTHING 85-88", { x: 81, y: 85 }],
  ])("byte positions: %s", (line, expected) => {
    expect(byteHints(hintsOf([line]))).toEqual(expected);
  });

  test.each([
    "INLINE AND CROSSLINE IN BYTE 189",
    "INLINE: 100-200  SHOTPOINT BYTES 17-20",
    "SOURCE X BYTES 73-76",
    "INLINE 100-500",
    "INLINE BYTES 300-303",
    "BITS/IN      BYTES/SAMPLE",
  ])("no byte positions: %s", (line) => {
    expect(byteHints(hintsOf([line]))).toEqual({});
  });

  test("the first position it names for each key", () => {
    expect(byteHints(hintsOf(["INLINE BYTES 9-12", "INLINE BYTES 189-192"]))).toEqual({ slow: 9 });
    expect(hintsOf(["", "INLINE BYTES 9-12"])).toEqual([{ kind: "bytes", value: "inline 9-12", line: 2 }]);
  });

  test.each([
    ["CRS: ED50 / UTM zone 31N", ["crs ED50 / UTM zone 31N"]],
    ["C 3 EPSG:23031", ["crs EPSG:23031"]],
    ["UTM31", ["crs UTM31"]],
    ["GEODETIC DATUM ED50", ["crs GEODETIC DATUM ED50"]],
    ["MAP PROJECTION  UTM        ZONE ID 31", ["crs MAP PROJECTION UTM ZONE ID 31"]],
    ["MAP PROJECTION: GAUSS KRUGER", ["crs GAUSS KRUGER"]],
    ["EUROPEAN DATUM 1950", ["crs EUROPEAN DATUM 1950"]],
    ["SEISMIC DATUM: MSL", []],
  ])("a reference system: %s", (line, expected) => {
    expect(found(line)).toEqual(expected);
  });

  test.each([
    ["C 1 CLIENT SHELL              COMPANY WESTERN               CREW NO 12", ["client SHELL", "company WESTERN"]],
    ["C18 Client: ACME                        Contractor:   DIG GMBH", ["client ACME", "company DIG GMBH"]],
    ["C 2 LINE NS-12      AREA NORTH SEA              MAP ID", ["line NS-12", "survey NORTH SEA"]],
    ["C13 Trace/Record:  2801                 Line #:       291", ["line 291"]],
    ["Line 12", ["line 12"]],
    ["SURVEY: F3", ["survey F3"]],
    ["Area #:        3D VALLEY 2009 Manager:      W.", ["survey 3D VALLEY 2009"]],
    ["Project Name:  3D VALLEY          Crew #:       A", ["survey 3D VALLEY"]],
    ["C 1 DATE: 2016-09-19", ["date 2016-09-19"]],
    ["Recording date   12-MAR-2004", ["date 12-MAR-2004"]],
  ])("names and dates: %s", (line, expected) => {
    expect(found(line)).toEqual(expected);
  });

  test.each([
    ["inlines:    111 .. 133", ["range inline 111 to 133"]],
    ["INLINE RANGE: 100 - 500   XLINE RANGE 10 TO 90", ["range inline 100 to 500", "range crossline 10 to 90"]],
    ["samples:      0 .. 300", ["range sample 0 to 300"]],
    ["CORNER 1: X=620197.2 Y=6074232.9", ["corner CORNER 1: X=620197.2 Y=6074232.9"]],
    ["SAMPLES IN DEPTH", ["domain depth"]],
    ["DOMAIN: DEPTH", ["domain depth"]],
    ["TIME DOMAIN", ["domain time"]],
    ["SAMPLE INTERVAL 5 M", ["domain depth"]],
    ["Sample Interval:      2000 microseconds", ["domain time"]],
  ])("ranges, corners and the domain: %s", (line, expected) => {
    expect(found(line)).toEqual(expected);
  });

  test.each([
    "C 1 CLIENT                        COMPANY                       CREW NO",
    "C 2 LINE            AREA                        MAP ID",
    "C 3 REEL NO           DAY-START OF REEL     YEAR      OBSERVER",
    "C 4 LINE",
    "C 5 LINE SPACING: 25 M",
    "C 6 SAMPLE INTERNAL         SAMPLES/TRACE       BITS/IN      BYTES/SAMPLE",
    "C12 Reel #:                             Date:",
    "C20 MAP PROJECTION                      ZONE ID       COORDINATE UNITS",
    "CLIENT COMPANY CREW NO",
    "SURVEY TYPE: 3D",
    "",
  ])("nothing in a form that is not filled in: %s", (line) => {
    expect(found(line)).toEqual([]);
  });
});

describe("hostile text headers", () => {
  test("of 3200 characters in one line take no time, and give short hints", () => {
    for (const unit of [
      " ",
      "CLIENT ",
      "INLINE ",
      "1-",
      "BYTES 9 ",
      "X=1",
      "[",
      "IN-",
      "LINE:",
      "A:",
      "a_",
      "SAMPLE INTERVAL ",
      "9",
    ])
      for (const { value } of hintsOf(Array.from({ length: FULL ? 3200 : 640 }, () => unit.repeat(3200))))
        expect(value.length).toBeLessThanOrEqual(80);
  });

  test("give at most a hundred hints", () => {
    expect(hintsOf(Array.from({ length: 3200 }, () => "CRS: UTM31"))).toHaveLength(100);
  });

  test(`${RUNS} of them never throw`, () => {
    const words =
      "CLIENT COMPANY LINE INLINE XLINE IL/XL BYTES BYTE 189-192 9 4 to - : = # ¦ ; X= Y= CORNER DATE EPSG:23031 UTM ZONE DOMAIN DEPTH SURVEY AREA of ( ) \n";
    const line = fc.oneof(
      fc.array(fc.constantFrom(...words.split(" "), " ", "  "), { maxLength: 30 }).map((all) => all.join(" ")),
      fc.string({ maxLength: 90 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const hints = hintsOf(lines);
        for (const { value, line: at } of hints) {
          expect(value.length).toBeLessThanOrEqual(80);
          expect(lines[at - 1]).toBeDefined();
        }
        for (const byte of Object.values(byteHints(hints))) expect(byte >= 1 && byte <= 240).toBe(true);
      }),
      { seed: 13, numRuns: RUNS },
    );
  });
});
