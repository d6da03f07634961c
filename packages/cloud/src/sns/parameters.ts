// Lists and maps of the query protocol: empty ones come as an empty text.
import * as v from "valibot";

export const listOf = <S extends v.GenericSchema>(item: S) =>
  v.union([
    v.pipe(
      v.literal(""),
      v.transform((): v.InferOutput<S>[] => []),
    ),
    v.array(item),
  ]);

export const mapOf = <S extends v.GenericSchema>(value: S) =>
  v.union([
    v.pipe(
      v.literal(""),
      v.transform((): Record<string, v.InferOutput<S>> => ({})),
    ),
    v.record(v.string(), value),
  ]);
