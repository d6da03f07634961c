// Lists and maps of the query protocol: empty ones come as an empty text.
import * as v from "valibot";

/** What the schema reads, or `empty`. */
const orEmpty = <T>(schema: v.GenericSchema<unknown, T>, empty: T) =>
  v.union([
    v.pipe(
      v.literal(""),
      v.transform(() => empty),
    ),
    schema,
  ]);

export const listOf = <T>(item: v.GenericSchema<unknown, T>) => orEmpty<T[]>(v.array(item), []);

export const mapOf = <T>(value: v.GenericSchema<unknown, T>) =>
  orEmpty<Record<string, T>>(v.record(v.string(), value), {});
