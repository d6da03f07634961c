import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type HttpResult, send } from "@warmstart/testing";
import { serviceFolder } from "../repository.ts";
import { check, type Demo, type DemoContext, step, until } from "./steps.ts";

/** What the service brings along in local/demo-files.ts. */
interface Cube {
  readonly sizeBytes: number;
  readonly traces: number;
  readonly corners: readonly (readonly [line: number, crossline: number, x: number, y: number])[];
  readonly keysOf: (trace: number) => readonly number[];
}

interface DemoFiles {
  readonly writeCube: (path: string, sizeBytes: number) => Promise<Cube>;
  readonly writeLyingCube: (path: string, sizeBytes: number, lies: typeof LIES) => Promise<Cube>;
}

interface Axis {
  readonly byte: number;
  readonly min: number;
  readonly max: number;
}

interface Corner {
  readonly slow: number;
  readonly fast: number;
  readonly x: number;
  readonly y: number;
}

interface Finding {
  readonly code: string;
  readonly message: string;
  readonly traces?: { readonly count: number; readonly first: readonly number[] };
}

interface Metadata {
  readonly status: string;
  readonly confidence: string;
  readonly basis: { readonly getRequests: number; readonly bytesRead: number };
  readonly text: { readonly encoding: string };
  readonly format: { readonly byteOrder: string; readonly sample: { readonly name: string }; readonly traces: number };
  readonly geometry: {
    readonly class: string;
    readonly slow: Axis;
    readonly fast: Axis;
    readonly corners: readonly Corner[];
    readonly missingCells: readonly (readonly number[])[];
    readonly duplicateCells: readonly (readonly number[])[];
  };
  readonly findings: readonly Finding[];
}

interface Outline {
  readonly features: readonly [
    { readonly geometry: { readonly type: string; readonly coordinates: readonly (readonly [number, number][])[] } },
  ];
}

const SIGNED = { sign: { service: "execute-api" } };
const MEGABYTE = 1_000_000;
const DEFAULT_MEGABYTES = 20;
const LYING_MEGABYTES = 4;
const LIES = { missing: 777, twice: 1500 };
/** 605,000 m east, 6,073,000 m north in ED50 / UTM 31: in the North Sea. */
const PLACE = { longitude: 4.63, latitude: 54.79 };

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e5) / 10} MB`;

/** Asks for a form, posts the file to the bucket, looks until there is a document. */
const describeFile = async ({ url }: DemoContext, path: string, name = basename(path)): Promise<[string, Metadata]> => {
  const file = await openAsBlob(path);
  const asked = await send("POST", `${url}/uploads`, { ...SIGNED, body: { fileName: name, sizeBytes: file.size } });
  check(asked.status === 201, "201 for POST /uploads", asked.text);
  const { id, url: bucketUrl, fields } = asked.json as { id: string; url: string; fields: Record<string, string> }; // checked by its status
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append("file", file, name);
  const posted = await fetch(bucketUrl, { method: "POST", body: form });
  check(posted.status === 204 || posted.status === 201, "the bucket to take the form", await posted.text());
  const look = (): Promise<HttpResult> => send("GET", `${url}/files/${id}`, SIGNED);
  const answer = await until(`the document of ${name}`, look, ({ status }) => status !== 202, 120_000);
  check(answer.status === 200, `200 for the document of ${name}`, answer.text);
  return [id, answer.json as Metadata]; // checked by its status
};

const checkCube = ({ format, geometry }: Metadata, cube: Cube): void => {
  check(format.traces === cube.traces, `${cube.traces} traces`, format);
  check(geometry.class === "3d-poststack", "a 3D cube", geometry.class);
  const [first, last] = [cube.keysOf(0), cube.keysOf(cube.traces - 1)];
  for (const [at, axis] of [geometry.slow, geometry.fast].entries())
    check(axis.min === first[at] && axis.max === last[at], `numbers from ${first[at]} to ${last[at]}`, axis);
  for (const [line, crossline, x, y] of cube.corners) {
    const found = geometry.corners.find(({ slow, fast }) => slow === line && fast === crossline);
    const near = found !== undefined && Math.hypot(found.x - x, found.y - y) < 0.1;
    check(near, `a corner ${line}/${crossline} at ${x.toFixed(1)} ${y.toFixed(1)}`, geometry.corners);
  }
};

const showCube = async (context: DemoContext, folder: string, files: DemoFiles): Promise<void> => {
  const path = join(folder, "North Sea demo 3D.sgy");
  const cube = await files.writeCube(path, (context.megabytes ?? DEFAULT_MEGABYTES) * MEGABYTE);
  step("a 3D cube, generated", `${cube.traces} traces, ${megabytes(cube.sizeBytes)}`);
  const [id, document] = await describeFile(context, path);
  checkCube(document, cube);
  const { format, geometry, confidence, basis, text } = document;
  check(["exact", "proved-if-sorted"].includes(confidence), "a sure answer", confidence);
  step("uploaded by a presigned form", `file ${id}`);
  step(geometry.class, `${format.traces} traces, ${format.sample.name}, ${format.byteOrder}-endian, ${confidence}`);
  step("read for that", `${basis.getRequests} GETs, ${megabytes(basis.bytesRead)}`);
  step("line numbers found in the bytes", `${geometry.slow.byte} and ${geometry.fast.byte}, as generated`);
  for (const { slow, fast, x, y } of geometry.corners)
    step(`corner ${slow}/${fast}`, `${x.toFixed(1)}  ${y.toFixed(1)}`);

  const header = await send("GET", `${context.url}/files/${id}/text`, SIGNED);
  check(header.status === 200 && header.text.includes("ED50 / UTM ZONE 31N"), "the text header", header.text);
  check(text.encoding === "ebcdic-1047", "the code page of its brackets", text.encoding);
  step(`text header (${text.encoding})`, header.text.slice(0, 40).trimEnd());
  await showOutline(context, id);
};

const isNear = ([longitude, latitude]: readonly [number, number]): boolean =>
  Math.abs(longitude - PLACE.longitude) < 1 && Math.abs(latitude - PLACE.latitude) < 0.5;

const showOutline = async ({ url }: DemoContext, id: string): Promise<void> => {
  const answer = await send("GET", `${url}/files/${id}/geojson`, SIGNED);
  check(answer.status === 200, "200 for the outline", answer.text);
  const { geometry } = (answer.json as Outline).features[0]; // checked by its status
  const [ring = []] = geometry.coordinates;
  check(geometry.type === "Polygon" && ring.length === 5, "a polygon of four corners", geometry);
  check(ring.every(isNear), "a place in the North Sea", ring);
  step("outline on the map (GeoJSON)", ring.slice(0, 4).map((point) => point.map((each) => each.toFixed(4)).join(" ")).join(", ")); // prettier-ignore
};

/** As many traces as a whole cube has: readers that only count take it for one. */
const showLies = async (context: DemoContext, folder: string, files: DemoFiles): Promise<void> => {
  const path = join(folder, "looks whole.sgy");
  const cube = await files.writeLyingCube(path, LYING_MEGABYTES * MEGABYTE, LIES);
  const [, { geometry, findings, format }] = await describeFile(context, path);
  check(format.traces === cube.traces, `${cube.traces} traces`, format.traces);
  check(String(geometry.missingCells) === String(cube.keysOf(LIES.missing)), "the missing one", geometry.missingCells);
  check(String(geometry.duplicateCells) === String(cube.keysOf(LIES.twice)), "the double one", geometry.duplicateCells);
  for (const code of ["missing-traces", "duplicate-traces"]) {
    const found = findings.find((finding) => finding.code === code);
    check(found !== undefined, code, findings);
    step(`a cube that looks whole: ${code}`, `trace ${found?.traces?.first.join(", ")}: ${found?.message}`);
  }
};

const showRefusal = async (context: DemoContext, folder: string): Promise<void> => {
  const path = join(folder, "holiday.sgy");
  writeFileSync(path, "Dear data manager, the tape follows by mail. ".repeat(400));
  const [, { status, findings }] = await describeFile(context, path);
  check(status === "rejected" && findings.some(({ code }) => code === "not-segy"), "a refusal", { status, findings });
  step("a letter named holiday.sgy", `${status}: ${findings.map(({ code }) => code).join(", ")}`);
};

/** A generated cube is described right; one that lies is found out, trace by trace; a letter is refused. */
export const segyMetadata: Demo = async (context) => {
  const files = (await import(pathToFileURL(join(serviceFolder("segy-metadata"), "local/demo-files.ts")).href)) as DemoFiles; // prettier-ignore
  const folder = mkdtempSync(join(tmpdir(), "warmstart-segy-"));
  try {
    await showCube(context, folder, files);
    await showLies(context, folder, files);
    await showRefusal(context, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
