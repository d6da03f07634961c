// Trace headers: what every trace says, then what this one says, then the lies.
import { HEADER_BYTES, sizeOf, type FieldType } from "../src/segy/field.ts";
import { EXTENSION_1, TRACE_HEADER } from "../src/segy/trace-header.ts";
import type { Point, TraceHeading } from "./acquisition.ts";
import type { SegyOptions } from "./write-segy.ts";
import { writeField, type Place } from "./write-field.ts";

type WriteHeader = (target: Buffer, trace: number, of: TraceHeading & { readonly samples: number }) => void;

const DEFAULT_COORDINATES = { bytes: [181, 185], type: "i4", scalar: -100, unit: 1 } as const;

/** What a coordinate is divided by before it is written as an integer. */
const factorOf = (scalar: number): number => (scalar === 0 ? 1 : scalar > 0 ? scalar : -1 / scalar);

const placeOf = (field: string | number, type: FieldType | undefined, shift: number): Place => {
  if (typeof field === "number") return { offset: field - 1 + shift, type: type ?? "i4" };
  const found = TRACE_HEADER.find(({ name }) => name === field);
  if (!found) throw new Error(`no trace header field is named ${field}`);
  return { offset: found.byte - 1 + shift, type: type ?? found.type };
};

/** The second header, as rev 2.1 table 4 has it; the further ones hold their names only. */
const writeExtensions = (
  target: Buffer,
  little: boolean,
  { at, samples, interval }: { at: Point; samples: number; interval: number },
): void => {
  const count = target.length / HEADER_BYTES;
  for (let header = 1; header < count; header++)
    target.write(`SEG${String(header).padStart(5, "0")}`, header * HEADER_BYTES + 232, "latin1");
  if (count < 2) return;
  const view = new DataView(target.buffer, target.byteOffset + HEADER_BYTES, HEADER_BYTES);
  const values: Readonly<Record<string, number>> = {
    nsamps: samples,
    dt: interval,
    more_headers: count - 1,
    cdp_x: at[0],
    cdp_y: at[1],
  };
  for (const { name, byte, type } of EXTENSION_1)
    if (values[name] !== undefined) writeField(view, { offset: byte - 1, type }, values[name], little);
};

const templateOf = (options: SegyOptions, put: (view: DataView, place: Place, value: number) => void): Buffer => {
  const { intervalUs = 4000, shiftBytes = 0, traceHeaders = 1, revision = [1, 0], fields = {} } = options;
  const { scalar, unit } = { ...DEFAULT_COORDINATES, ...options.coordinates };
  const template = Buffer.alloc(traceHeaders * HEADER_BYTES);
  const view = new DataView(template.buffer, template.byteOffset, template.length);
  const constants = { trctype: 1, co_scal: scalar, coorunit: unit, dt: Math.min(intervalUs, 0xffff), ...fields };
  for (const [name, value] of Object.entries(constants))
    if (typeof value === "number") put(view, placeOf(name, undefined, shiftBytes), value);
  if (revision[0] >= 2) template.write("SEG00000", 232, "latin1");
  return template;
};

/** Writes all headers of a trace into bytes that are as long as they are. */
export const headerWriter = (options: SegyOptions): WriteHeader => {
  const { intervalUs = 4000, shiftBytes = 0, traceHeaders = 1, fields = {}, faults = [] } = options;
  const little = options.byteOrder === "little";
  const { bytes: xy, type, scalar } = { ...DEFAULT_COORDINATES, ...options.coordinates };
  const factor = type === "i4" ? factorOf(scalar) : 1;
  const put = (view: DataView, place: Place, value: number): void => {
    if (place.offset + sizeOf(place.type) <= view.byteLength) writeField(view, place, value, little);
  };
  const template = templateOf(options, put);
  const perTrace = Object.entries(fields).flatMap(([name, value]) =>
    typeof value === "function" ? [{ place: placeOf(name, undefined, shiftBytes), value }] : [],
  );
  const lies = faults
    .filter((each) => each.fault === "header")
    .map((each) => ({ ...each, place: placeOf(each.field, each.type, shiftBytes) }));
  const byte = (number: number, each: FieldType = "i4"): Place => ({ offset: number - 1 + shiftBytes, type: each });
  const scaled = (metres: number): number => (type === "i4" ? Math.round(metres / factor) : metres);
  const putPoint = (view: DataView, [xByte, yByte]: readonly [number, number], [x, y]: Point): void => {
    put(view, byte(xByte, type), scaled(x));
    put(view, byte(yByte, type), scaled(y));
  };
  return (target, trace, { bytes, at, source, receiver, samples }) => {
    template.copy(target);
    const view = new DataView(target.buffer, target.byteOffset, target.length);
    put(view, byte(1), trace + 1);
    put(view, byte(5), trace + 1);
    put(view, byte(115, "u2"), samples > 0xffff ? 0 : samples);
    putPoint(view, xy, at);
    if (source) putPoint(view, [73, 77], source);
    if (receiver) putPoint(view, [81, 85], receiver);
    for (const [number, value] of bytes) put(view, byte(number), value);
    if (traceHeaders > 1) writeExtensions(target, little, { at, samples, interval: intervalUs });
    for (const { place, value } of perTrace) put(view, place, value(trace));
    for (const { place, value, traces: [from, to] = [0, Infinity] } of lies)
      if (trace >= from && trace < to) put(view, place, value);
  };
};
