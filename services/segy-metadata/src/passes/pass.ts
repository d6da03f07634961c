// One pass over trace headers: what they say goes into a Partial, header by header, without an object per trace.
import { HEADER_BYTES, offsetOf, readField, swapPairs } from "../segy/field.ts";
import { collectHull } from "./hull.ts";
import { cellsOf, type Lattice } from "../survey/lattice.ts";
import {
  MOST_NAMED,
  orderCode,
  sameKeys,
  type Anomalies,
  type AnomalyCode,
  type KeyedTrace,
  type Partial,
} from "./partial.ts";
import type { Coordinates, Plan } from "../survey/plan.ts";
import { isLegalScalar, isPlace, pointReader, residualOf } from "../survey/point.ts";
import { collectRanges } from "./ranges.ts";
import { collectRuns } from "./runs.ts";

export interface Pass {
  /** The trace whose header begins at this offset of the view; traces come in rising order. */
  readonly take: (trace: number, view: DataView, offset: number) => void;
  /** What was seen of the traces `[from, from + traces)`. */
  readonly end: (from: number, traces: number) => Partial;
}

/** Trace identification code of a dead trace. */
const DEAD = 2;

/** Counts traces by what is wrong with them. */
const collectAnomalies = (): { add: (code: AnomalyCode, trace: number) => void; end: () => Anomalies } => {
  const found = new Map<AnomalyCode, { count: number; first: number[] }>();
  return {
    add: (code, trace) => {
      const anomaly = found.get(code) ?? { count: 0, first: [] };
      anomaly.count += 1;
      if (anomaly.first.length < MOST_NAMED) anomaly.first.push(trace);
      found.set(code, anomaly);
    },
    end: () => Object.fromEntries(found),
  };
};

type Note = (code: AnomalyCode, trace: number) => void;

/** Follows the line numbers: which cells are filled, and where the order of the file breaks. */
const followLattice = (lattice: Lattice, little: boolean, note: Note) => {
  const cells = cellsOf(lattice);
  const runs = collectRuns();
  const fields = [...lattice.axes.map(({ field }) => field), ...(lattice.member ? [lattice.member] : [])];
  const reads = fields.map((field) => ({ at: offsetOf(field), type: field.type }));
  const keys = new Float64Array(reads.length);
  let first: KeyedTrace | null = null;
  let last = -1;
  let lastRank = 0;
  const lastKeys = new Float64Array(reads.length);
  return {
    keys,
    /** Whether the trace is on the lattice. */
    take: (trace: number, view: DataView, offset: number): boolean => {
      for (let at = 0; at < reads.length; at++) {
        const read = reads[at];
        if (read) keys[at] = readField(view, offset + read.at, read.type, little);
      }
      const cell = cells.cell(keys);
      if (cell < 0) {
        note("off-lattice-header", trace);
        return false;
      }
      runs.add(cell);
      const rank = cells.rank(keys);
      const code = last < 0 || trace !== last + 1 ? undefined : orderCode(cells.step(lastRank, rank), lattice.folded);
      if (code) note(code, trace);
      else if (lattice.member && trace === last + 1 && sameKeys(keys, lastKeys)) note("duplicate-traces", trace);
      first ??= { trace, keys: [...keys] };
      last = trace;
      lastRank = rank;
      lastKeys.set(keys);
      return true;
    },
    end: () => ({ cells: runs.end(), first, last: last < 0 ? null : { trace: last, keys: [...lastKeys] } }),
  };
};

const followPoints = (coordinates: Coordinates, little: boolean, note: Note) => {
  const read = pointReader(coordinates, little);
  const hull = collectHull();
  const point = new Float64Array(3);
  let residual = 0;
  return {
    take: (trace: number, view: DataView, offset: number, keys: Float64Array | undefined): void => {
      read(view, offset, point);
      // By index: destructuring would walk an iterator for each trace.
      const x = point[0] ?? 0;
      const y = point[1] ?? 0;
      const scalar = point[2] ?? 1;
      if (!isLegalScalar(scalar)) note("scalar-illegal", trace);
      if (!isPlace(x, y)) {
        if (coordinates.affine) note("coordinates-off-grid", trace);
        return;
      }
      if (coordinates.affine && keys) {
        const away = residualOf(coordinates.affine, keys, point);
        if (away > coordinates.tolerance) {
          note("coordinates-off-grid", trace);
          return;
        }
        if (away > residual) residual = away;
      }
      hull.add(x, y);
    },
    end: () => ({ hull: hull.end(), residual }),
  };
};

export const openPass = ({ layout, lattice, coordinates }: Plan): Pass => {
  const { byteOrder, fields } = layout;
  const little = byteOrder === "little";
  const headerBytes = HEADER_BYTES * layout.traceHeaders;
  const anomalies = collectAnomalies();
  const ranges = collectRanges(fields, little, headerBytes);
  const grid = lattice && followLattice(lattice, little, anomalies.add);
  const points = coordinates && followPoints(coordinates, little, anomalies.add);
  const id = fields.find(({ name, header }) => name === "trctype" && header === 0);
  const swapped = (view: DataView, offset: number): DataView => {
    const copy = swapPairs(new Uint8Array(view.buffer, view.byteOffset + offset, headerBytes));
    return new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  };
  const take = (trace: number, view: DataView, offset: number): void => {
    ranges.take(view, offset);
    if (id && view.getInt16(offset + offsetOf(id), little) === DEAD) anomalies.add("dead-traces", trace);
    const onGrid = grid?.take(trace, view, offset);
    if (onGrid !== false) points?.take(trace, view, offset, grid?.keys);
  };
  return {
    take: byteOrder === "swapped" ? (trace, view, offset) => take(trace, swapped(view, offset), 0) : take,
    end: (from, traces) => ({
      from,
      traces,
      fields: ranges.end(),
      unknown: 0,
      ...(grid?.end() ?? { cells: [], first: null, last: null }),
      ...(points?.end() ?? { hull: [], residual: 0 }),
      anomalies: anomalies.end(),
    }),
  };
};
