// Surveys as they are shot and sorted: what stands in the header of each trace, and where on the map it is.
import type { SurveyShape } from "./trace-order.ts";

export interface AxisOptions {
  readonly first: number;
  readonly step?: number;
  readonly count: number;
  /** The numbers fall through the file. */
  readonly descending?: boolean;
}

export interface Frame {
  /** Of the first line and crossline, in metres. */
  readonly x: number;
  readonly y: number;
  /** Between neighbouring lines, and between neighbouring crosslines (2D: between traces). */
  readonly lineMetres: number;
  readonly crosslineMetres: number;
  /** Compass direction in which the crossline numbers (2D: the positions) grow. */
  readonly azimuthDeg: number;
  /** Line numbers grow to the left of that direction, instead of to the right. */
  readonly leftHanded?: boolean;
}

export interface GridSurvey {
  readonly kind: "grid";
  readonly lines: AxisOptions;
  readonly crosslines: AxisOptions;
  /** Several traces per position: 3D prestack. */
  readonly offsets?: AxisOptions;
  /** Bytes that hold line and crossline; several pairs hold the same numbers. */
  readonly keys?: readonly (readonly [line: number, crossline: number])[];
  readonly crosslineFirst?: boolean;
  readonly snake?: boolean;
}

/** 2D poststack: one trace per position, numbered at `byte`. */
export interface LineSurvey {
  readonly kind: "line";
  readonly positions: AxisOptions;
  readonly byte?: number;
}

/** 2D prestack; with a single shot, a shot gather. */
export interface ShotSurvey {
  readonly kind: "shots";
  readonly shots: AxisOptions;
  readonly channels: number;
  readonly nearOffset?: number;
}

export type SurveyOptions = GridSurvey | LineSurvey | ShotSurvey;

export type Point = readonly [x: number, y: number];

/** What is known of one trace. */
export interface TraceHeading {
  /** From the slow to the fast key of the file, as the standard's bytes hold them. */
  readonly keys: readonly number[];
  readonly bytes: readonly (readonly [byte: number, value: number])[];
  readonly at: Point;
  /** 0 to 1 along the slow and the fast axis. */
  readonly share: readonly [slow: number, fast: number];
  readonly source?: Point;
  readonly receiver?: Point;
}

export interface Acquisition {
  readonly shape: SurveyShape;
  readonly heading: (cell: number) => TraceHeading;
  /** Of a line and a crossline number; 2D: of 0 and a position's number. */
  readonly pointOf: (line: number, crossline: number) => Point;
}

export const DEFAULT_FRAME: Frame = { x: 605_000, y: 6_073_000, lineMetres: 25, crosslineMetres: 25, azimuthDeg: 88.4 };

/** A grid of so many lines and crosslines, numbered as real surveys are. */
export const grid = (lines: number, crosslines: number, more: Partial<GridSurvey> = {}): GridSurvey => ({
  kind: "grid",
  lines: { first: 111, count: lines },
  crosslines: { first: 875, count: crosslines },
  ...more,
});

const numberAt = ({ first, step = 1, count, descending = false }: AxisOptions, place: number): number =>
  first + step * (descending ? count - 1 - place : place);

const placing = ({
  x,
  y,
  azimuthDeg,
  leftHanded = false,
  ...metres
}: Frame): ((line: number, fast: number) => Point) => {
  const along = (azimuthDeg * Math.PI) / 180;
  const across = along + (leftHanded ? -1 : 1) * (Math.PI / 2);
  return (line, fast) => [
    x + line * metres.lineMetres * Math.sin(across) + fast * metres.crosslineMetres * Math.sin(along),
    y + line * metres.lineMetres * Math.cos(across) + fast * metres.crosslineMetres * Math.cos(along),
  ];
};

const shareOf = (place: number, count: number): number => (count > 1 ? place / (count - 1) : 0);

const gridAcquisition = (survey: GridSurvey, frame: Frame): Acquisition => {
  const { lines, crosslines, offsets, keys = [[189, 193]], crosslineFirst = false, snake = false } = survey;
  const [slow, fast] = crosslineFirst ? [crosslines, lines] : [lines, crosslines];
  const inner = offsets?.count ?? 1;
  const place = placing(frame);
  const pointOf = (line: number, crossline: number): Point =>
    place((line - lines.first) / (lines.step ?? 1), (crossline - crosslines.first) / (crosslines.step ?? 1));
  return {
    shape: { slow: slow.count, fast: fast.count, inner, snake },
    pointOf,
    heading: (cell) => {
      const position = Math.floor(cell / inner);
      const slowPlace = Math.floor(position / fast.count);
      const along = position % fast.count;
      const fastPlace = snake && slowPlace % 2 === 1 ? fast.count - 1 - along : along;
      const numbers = [numberAt(slow, slowPlace), numberAt(fast, fastPlace)] as const;
      const [line, crossline] = crosslineFirst ? [numbers[1], numbers[0]] : numbers;
      const bytes = keys.flatMap(([lineByte, crosslineByte]) => [
        [lineByte, line] as const,
        [crosslineByte, crossline] as const,
      ]);
      const offset = offsets && numberAt(offsets, cell % inner);
      return {
        keys: offset === undefined ? numbers : [...numbers, offset],
        bytes: offset === undefined ? bytes : [...bytes, [37, offset]],
        at: pointOf(line, crossline),
        share: [shareOf(slowPlace, slow.count), shareOf(fastPlace, fast.count)],
      };
    },
  };
};

const lineAcquisition = ({ positions, byte = 21 }: LineSurvey, frame: Frame): Acquisition => {
  const place = placing(frame);
  const pointOf = (_line: number, position: number): Point => {
    const along = (position - positions.first) / (positions.step ?? 1);
    return place(8 * Math.sin(along / 60), along); // no 2D line is quite straight
  };
  return {
    shape: { slow: 1, fast: positions.count, inner: 1, snake: false },
    pointOf,
    heading: (cell) => {
      const position = numberAt(positions, cell);
      return {
        keys: [position],
        bytes: [[byte, position]],
        at: pointOf(0, position),
        share: [0, shareOf(cell, positions.count)],
      };
    },
  };
};

const shotAcquisition = ({ shots, channels, nearOffset = 100 }: ShotSurvey, frame: Frame): Acquisition => {
  const place = placing(frame);
  const group = frame.crosslineMetres;
  const pointOf = (_line: number, position: number): Point => place(0, position);
  return {
    shape: { slow: shots.count, fast: channels, inner: 1, snake: false },
    pointOf,
    heading: (cell) => {
      const [shotPlace, channelPlace] = [Math.floor(cell / channels), cell % channels];
      const [shot, channel] = [numberAt(shots, shotPlace), channelPlace + 1];
      const offset = nearOffset + channelPlace * group;
      const behind = shotPlace - offset / group; // the shots advance by a group
      const middle = (shotPlace + behind) / 2;
      const cdp = 1000 + Math.round(2 * middle);
      return {
        keys: [shot, channel],
        bytes: [
          [9, shot],
          [13, channel],
          [17, shot],
          [21, cdp],
          [37, offset],
        ],
        at: place(0, middle),
        share: [shareOf(shotPlace, shots.count), shareOf(channelPlace, channels)],
        source: place(0, shotPlace),
        receiver: place(0, behind),
      };
    },
  };
};

export const acquire = (survey: SurveyOptions, frame: Frame): Acquisition => {
  switch (survey.kind) {
    case "grid":
      return gridAcquisition(survey, frame);
    case "line":
      return lineAcquisition(survey, frame);
    case "shots":
      return shotAcquisition(survey, frame);
    default:
      throw new Error("no such survey", { cause: survey satisfies never });
  }
};
