// The trace header of 240 bytes and its first extension, as tables: SEG-Y rev 2.1, tables 3 and 7, names of annex D8.
import { sizeOf, type Field, type FieldType } from "./field.ts";

/** `name [name…]` in the order of their bytes, from the given byte on, all of one type. */
const row = (byte: number, type: FieldType, names: string, header = 0): readonly Field[] =>
  names.split(" ").map((name, at) => ({ name, byte: byte + at * sizeOf(type), type, header }));

export const TRACE_HEADER: readonly Field[] = [
  ...row(1, "i4", "linetrc reeltrc ffid chan espnum cdp cdptrc"),
  ...row(29, "i2", "trctype vstack fold rectype"),
  ...row(37, "i4", "offset relev selev sdepth rdatum sdatum wdepthso wdepthrc"),
  ...row(69, "i2", "ed_scal co_scal"),
  ...row(73, "i4", "sht_x sht_y rec_x rec_y"),
  ...row(89, "i2", "coorunit wvel subwvel shuphole rcuphole shstat rcstat stapply lagtimea lagtimeb delay"),
  ...row(111, "i2", "mutestrt muteend"),
  ...row(115, "u2", "nsamps dt"),
  ...row(119, "i2", "gaintype ingconst initgain corrflag sweepsrt sweepend sweeplng sweeptyp sweepstp sweepetp"),
  ...row(139, "i2", "tapertyp aliasfil aliaslop notchfil notchslp lowcut highcut lowcslop hicslop"),
  ...row(157, "i2", "year day hour minute second timebase trweight rstaswp1 rstatrc1 rstatrcn gapsize overtrvl"),
  ...row(181, "i4", "cdp_x cdp_y iline xline sp"),
  ...row(201, "i2", "sp_scal samp_unit"),
  ...row(205, "scale6", "trans_const"),
  ...row(211, "i2", "trans_unit dev_id tm_scal src_type src_dir1 src_dir2 src_dir3"),
  ...row(225, "scale6", "smeasure"),
  ...row(231, "i2", "sm_unit"),
  ...row(233, "i4", "unassigned1 unassigned2"),
];

/** A value that is not zero replaces the standard one, and no scalar applies to it. */
export const EXTENSION_1: readonly Field[] = [
  ...row(1, "u8", "linetrc reeltrc", 1),
  ...row(17, "i8", "ffid cdp", 1),
  ...row(33, "f8", "relev rdepth selev sdepth rdatum sdatum wdepthso wdepthrc sht_x sht_y rec_x rec_y offset", 1),
  ...row(137, "u4", "nsamps", 1),
  ...row(141, "i4", "nanosecs", 1),
  ...row(145, "f8", "dt", 1),
  ...row(153, "i4", "cable_num", 1),
  ...row(157, "u2", "more_headers", 1),
  ...row(159, "i2", "last_trc", 1),
  ...row(161, "f8", "cdp_x cdp_y", 1),
];
