import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type Column, type Contract, fetchTable, isAllowed, readTable, type Row } from "./html-source.ts";

const isFull = process.env["WARMSTART_FULL"] === "1";

const recorded = (name: string): Buffer =>
  readFileSync(new URL(`../../local/recorded/html/${name}.html`, import.meta.url));
const stations = recorded("dwd_station_list");
const index = recorded("dwd_opendata_index");

/** The list with characters in place of entities. */
const raw = stations
  .toString("latin1")
  .replaceAll("&ouml;", "ö")
  .replaceAll("&uuml;", "ü")
  .replaceAll("&#228;", "ä")
  .replaceAll("&#246;", "ö");

const cell = (at: number): string => `td:nth-child(${at})`;
const [west, east] = [5, 16];
const day = (at: number): Column => ({ selector: cell(at), is: ["1700-01-01", "2099-12-31"] });

/** The list of stations; its heading is in its first row, the columns' in the second. */
const STATIONS: Contract = {
  headings: {
    selector: "tr:nth-child(2) th",
    texts: [
      "Stationsname",
      "Stations_ID",
      "Kennung",
      "Stations-kennung",
      "Breite",
      "Länge",
      "Stations-höhe",
      "Flussgebiet",
      "Bundesland",
      "Beginn",
      "Ende",
    ],
  },
  rows: { selector: "tr:has(td)", minimum: 11 },
  columns: {
    name: { selector: cell(1), is: /^\p{L}[\p{L} /.()-]+$/u },
    id: { selector: cell(2), is: [1, 99_999] },
    kind: { selector: cell(3), is: /^[A-Z]{2}$/ },
    code: { selector: cell(4), is: /^[A-Z\d]{4,5}$/ },
    latitude: { selector: cell(5), unit: "°", is: [47, 56] },
    longitude: { selector: cell(6), unit: "°", is: [west, east] },
    altitude: { selector: cell(7), unit: "m", is: [-10, 3000] },
    river: { selector: cell(8), is: [100_000, 999_999] },
    state: { selector: cell(9), is: /^[A-Z]{2}$/ },
    begin: day(10),
    end: day(11),
  },
};

const FILES: Contract = {
  headings: {
    selector: "h1",
    texts: ["Index of /climate_environment/CDC/observations_germany/climate/hourly/wind/recent/"],
  },
  rows: { selector: "pre a", minimum: 20 },
  columns: {
    file: { selector: ":scope", attribute: "href", is: /^(\.\.\/|[\w.-]+)$/ },
    text: { selector: ":scope", is: /^\S+$/ },
  },
};

describe("a page as it was recorded", () => {
  test("the list of stations has 11, with entities, days and numbers read", () => {
    const rows = readTable(stations.toString("latin1"), STATIONS);
    expect(rows).toHaveLength(11);
    expect(rows[4]).toEqual({
      name: "Göttingen",
      id: 1691,
      kind: "SY",
      code: "10444",
      latitude: 51.5002,
      longitude: 9.9507,
      altitude: 167,
      river: 544_280,
      state: "NI",
      begin: "1950-10-01",
      end: "2020-06-09",
    });
    expect(rows[8]).toMatchObject({ name: "Zehdenick", code: "F263" });
  });

  test("the index has 20 links, the first leads up, long names are cut in the text alone", () => {
    const rows = readTable(index.toString(), FILES);
    expect(rows).toHaveLength(20);
    expect(rows.slice(0, 2)).toEqual([
      { file: "../", text: "../" },
      {
        file: "BESCHREIBUNG_obsgermany_climate_hourly_wind_recent_de.pdf",
        text: "BESCHREIBUNG_obsgermany_climate_hourly_wind_rec..>",
      },
    ]);
  });
});

describe("a page that breaks its contract gives no row, and an error that names the place", () => {
  const page = stations.toString("latin1");
  test.each([
    ["a row fewer", page.replace(/<tr><td>Ahaus.*\n/, ""), "There are 10 rows, not 11 or more"],
    ["no row at all", page.replaceAll(/<tr><td>.*\n/g, ""), "There are 0 rows, not 11 or more"],
    ["another page", "<h1>Wartungsarbeiten</h1>", 'Heading 1 is "", not "Stationsname"'],
    ["a heading fewer", page.replace(/<th width=6%>Breite.*\n/, ""), 'Heading 5 is "Länge", not "Breite"'],
    ["a number out of range", page.replace(">50.7827<", ">507827<"), 'Row 1, latitude: "507827" is not 47 to 56°'],
    ["no number", page.replace(">50.7827<", ">-<"), 'Row 1, latitude: "-" is not 47 to 56°'],
    ["an empty cell", page.replace(">50.7827<", "><"), 'Row 1, latitude: "" is not 47 to 56°'],
    [
      "a day in another order",
      page.replace("01.03.2006", "2006/03/01"),
      'Row 4, begin: "2006/03/01" is not 1700-01-01 to 2099-12-31',
    ],
    ["a text of another kind", page.replace(">EB<", ">e<"), 'Row 4, kind: "e" is not /^[A-Z]{2}$/'],
    [
      "a cell that is missing",
      page.replace("<td>01.03.2006</td><td>08.06.2020</td>", "<td>01.03.2006</td>"),
      'Row 4, end: "" is not 1700-01-01 to 2099-12-31',
    ],
  ])("%s", (_name, broken, message) => {
    expect(broken).not.toBe(page);
    expect(() => readTable(broken, STATIONS)).toThrow(new Error(message));
  });

  test("a link fewer, another heading", () => {
    const page = index.toString();
    expect(() => readTable(page.replace(/<a href="K611.*\r\n/, ""), FILES)).toThrow(
      "There are 19 rows, not 20 or more",
    );
    expect(() => readTable(page.replaceAll("/recent/", "/now/"), FILES)).toThrow('/now/", not "Index of');
  });
});

const isRow = ({ latitude, altitude, ...rest }: Row): boolean =>
  Number(latitude) >= 47 && Number(altitude) >= -10 && Object.keys(rest).length === 9;

/** How it ended, or what is wrong with how it ended. */
const outcomeOf = (html: string): string => {
  try {
    const rows = readTable(html, STATIONS);
    return rows.length >= 11 && rows.every(isRow) ? "read" : JSON.stringify(rows);
  } catch (error) {
    return String(error).replace(/^Error: (Heading \d|There are \d+ rows|Row \d+, \w+: ).*/s, "refused");
  }
};

test("whatever is cut out of a page or put into it, there are all rows, each as the contract says, or an error", () => {
  const page = stations.toString("latin1");
  const marks = fc.constantFrom("</td>", "<tr>", "</table>", "<!--", "&", "\0", "<th>");
  const text = fc.oneof(fc.string({ maxLength: 20 }), marks);
  const change = fc.tuple(fc.integer({ min: 0, max: page.length }), fc.integer({ min: 0, max: 200 }), text);
  const pages = fc.sample(change, { seed: 15, numRuns: isFull ? 150 : 50 });
  const ends = pages.map(([at, length, put]) => outcomeOf(page.slice(0, at) + put + page.slice(at + length)));
  expect(new Set(ends)).toEqual(new Set(["read", "refused"]));
});

test("no robots.txt breaks the question whether we may", () => {
  const line = fc
    .tuple(fc.constantFrom("User-agent: ", "Allow: ", "Disallow:", "", "x: "), fc.string())
    .map(([a, b]) => a + b);
  const robots = fc.array(line).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(robots, fc.string(), (text, path) =>
      expect([true, false]).toContain(isAllowed(text, "warmstart", path)),
    ),
    { seed: 9309, numRuns: isFull ? 1000 : 200 },
  );
});

test.each([
  ["", true],
  ["User-agent: *\nDisallow: /", false],
  ["User-agent: *\nDisallow:", true],
  ["USER-AGENT: Warmstart # us\ndisallow: /\n\nUser-agent: *\nAllow: /", false],
  ["User-agent: other\nDisallow: /", true],
  ["User-agent: warmstart/2.0\nDisallow: /", false],
  ["User-agent: *\nDisallow: /\n\nUser-agent: warmstart\nCrawl-delay: 5", true],
  ["User-agent: other\nUser-agent: warmstart\r\nDisallow: /data", false],
  ["User-agent: warmstart\nDisallow: /data\n\nUser-agent: warmstart\nAllow: /data/list", true],
  ["User-agent: *\nDisallow: /data/\nAllow: /data/", true],
  ["User-agent: *\nAllow: /data\nDisallow: /data/list", false],
  ["User-agent: *\nDisallow: /*.html$", false],
  ["User-agent: *\nDisallow: /*.htm$", true],
  ["User-agent: *\nDisallow: /d+", true],
  ["User-agent: *\nDisallow: list", true],
  ["Disallow: /\nUser-agent: *", true],
  ["User-agent: __proto__\nDisallow: /", true],
])("robots.txt, %j: %p (RFC 9309)", (robots, isOpen) => {
  expect(isAllowed(robots, "warmstart", "/data/list.html")).toBe(isOpen);
});

const answering =
  (status: number, body: string | Buffer = "", type = "text/html"): RequestListener =>
  (_request, answer) =>
    void answer.writeHead(status, { "content-type": type }).end(body);
const reset: RequestListener = (request) => request.socket.destroy();

describe("over HTTP", () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  const seen: string[] = [];
  /** Reads the page of a server that answers like this. */
  const fetchFrom = async (answers: Readonly<Record<string, RequestListener>>): Promise<readonly Row[]> => {
    server = createServer((request, answer) => {
      seen.push(`${request.url ?? ""} ${request.headers["user-agent"] ?? ""}`);
      (answers[request.url ?? ""] ?? answering(404))(request, answer);
    });
    seen.length = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", resolve);
    await promise;
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    return fetchTable(new URL(`http://127.0.0.1:${port}/list.html`), STATIONS, AGENT);
  };

  const AGENT = "warmstart/1.0 ann@example.com";
  const ROBOTS = `/robots.txt ${AGENT}`;
  const PAGE = `/list.html ${AGENT}`;
  const whole = answering(200, stations);

  test("robots.txt is asked first, by the same name, and not there means allowed", async () => {
    expect(await fetchFrom({ "/list.html": whole })).toHaveLength(11);
    expect(seen).toEqual([ROBOTS, PAGE]);
  });

  test("what robots.txt forbids, or a server that cannot tell, is not asked for the page", async () => {
    const forbidding = answering(200, "User-agent: *\nDisallow: /list", "text/plain");
    const forbidden = fetchFrom({ "/robots.txt": forbidding, "/list.html": whole });
    await expect(forbidden).rejects.toThrow(/^The robots.txt of 127.0.0.1:\d+ forbids \/list.html$/);
    expect(seen).toEqual([ROBOTS]);
    server?.close();
    const broken = fetchFrom({ "/robots.txt": answering(503), "/list.html": whole });
    await expect(broken).rejects.toThrow(/does not say whether we may: robots.txt 503$/);
    expect(seen).toEqual([ROBOTS]);
    server?.close();
    await expect(fetchFrom({ "/robots.txt": reset, "/list.html": whole })).rejects.toThrow("fetch failed");
    expect(seen).toEqual([ROBOTS]);
  });

  test.each<readonly [string, string, Buffer]>([
    ["the header's, whatever the page says", "text/html; charset=utf-8", Buffer.from(raw)],
    ["the page's own where the header has none", "text/html", Buffer.from(raw, "latin1")],
    ["UTF-8 where nobody says", "text/html", Buffer.from(raw.replace(/<meta.*\n/, ""))],
  ])("the charset is %s", async (_name, type, body) => {
    const rows = await fetchFrom({ "/list.html": answering(200, body, type) });
    expect(rows[4]).toMatchObject({ name: "Göttingen" });
  });

  test("bytes that are not of their charset, a charset that nobody knows, any status but 200: no row", async () => {
    const latin = Buffer.from(raw, "latin1");
    const failing: readonly (readonly [RequestListener, RegExp])[] = [
      [answering(200, latin, "text/html; charset=utf-8"), /not valid for encoding utf-8/],
      [answering(200, latin, "text/html; charset=klingon"), /klingon/],
      [answering(500, latin), /answered 500$/],
      [(_request, answer) => void answer.writeHead(302, { location: "/elsewhere" }).end(), /answered 302$/],
    ];
    for (const [answer, message] of failing) {
      await expect(fetchFrom({ "/list.html": answer, "/elsewhere": whole })).rejects.toThrow(message);
      server?.close();
    }
  });
});
