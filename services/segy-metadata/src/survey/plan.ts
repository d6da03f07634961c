// What a first look at a file decides, once: every later pass over its traces, whole or in chunks, follows this plan.
import type { Field } from "../segy/field.ts";
import type { Finding } from "../document/findings.ts";
import type { Lattice } from "./lattice.ts";
import type { Layout } from "../segy/layout.ts";
import type { Format, Geometry, Source, Text } from "../document/metadata.ts";

export interface Coordinates {
  readonly x: Field;
  readonly y: Field;
  /** Field that holds the scalar, or null when none applies (floats, extension header). */
  readonly scalar: Field | null;
  /** `[constant, per slow number, per fast number]` in the file's unit; null without a grid. */
  readonly affine: { readonly x: readonly number[]; readonly y: readonly number[] } | null;
  /** A coordinate that lies farther from the grid counts as off it; in the file's unit. */
  readonly tolerance: number;
}

/** JSON all through: it travels to the workers as it is. */
export interface Plan {
  readonly id: string;
  readonly source: Source;
  readonly layout: Layout;
  readonly lattice: Lattice | null;
  readonly coordinates: Coordinates | null;
  readonly class: Geometry["class"];
  readonly keyScore: number;
  readonly alternatives: Geometry["alternatives"];
  readonly text: Text;
  readonly format: Format;
  /** What the heads show; what the traces show comes with the passes. */
  readonly findings: readonly Finding[];
}
