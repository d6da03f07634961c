// What a write to an item changes in the table's secondary indexes.
import { AwsError } from "../gateway/aws-error.ts";
import { indexKey, itemKey } from "./engine.ts";
import { itemBytes, type Item } from "./item.ts";
import { WRITE_UNIT_BYTES } from "./limits.ts";
import { indexesOf, type Index, type TableSchema } from "./schema.ts";

interface Entry {
  readonly key: string;
  readonly item: Item;
}

export interface IndexChange {
  readonly index: string;
  readonly remove?: string;
  readonly put?: Entry;
  /** Write capacity units that the change costs. */
  readonly units: number;
}

export const writeUnits = (item: Item): number => Math.max(1, Math.ceil(itemBytes(item) / WRITE_UNIT_BYTES));

const project = (item: Item, index: Index, schema: TableSchema): Item => {
  if (index.Projection.ProjectionType === "ALL") return item;
  const keys = [...index.KeySchema, ...schema.KeySchema].map(({ AttributeName }) => AttributeName);
  const projected: Item = {};
  for (const name of [...keys, ...(index.Projection.NonKeyAttributes ?? [])]) {
    if (item[name] !== undefined) projected[name] = item[name];
  }
  return projected;
};

const typeOf = (schema: TableSchema, attribute: string): string =>
  schema.AttributeDefinitions.find(({ AttributeName }) => AttributeName === attribute)?.AttributeType ?? "";

const refuseEmptyKeys = (item: Item, index: Index, schema: TableSchema): void => {
  for (const { AttributeName } of index.KeySchema) {
    const type = typeOf(schema, AttributeName);
    if (item[AttributeName]?.[type] !== "") continue;
    throw new AwsError(
      "ValidationException",
      400,
      "One or more parameter values are not valid. A value specified for a secondary index key is not supported. " +
        `The AttributeValue for a key attribute cannot contain an empty ${type === "S" ? "string" : "binary"} value. ` +
        `IndexName: ${index.IndexName}, IndexKey: ${AttributeName}`,
    );
  }
};

/** The item's entry in an index; undefined when it lacks one of the index's keys (a sparse index). */
export const entryOf = (item: Item | undefined, index: Index, schema: TableSchema): Entry | undefined => {
  if (item === undefined) return undefined;
  for (const { AttributeName } of index.KeySchema) {
    const value = item[AttributeName]?.[typeOf(schema, AttributeName)];
    if (value === undefined || value === "") return undefined;
  }
  const projected = project(item, index, schema);
  return { key: `${indexKey(projected, schema, index.KeySchema)}/${itemKey(item, schema)}`, item: projected };
};

const changeOf = (index: string, before?: Entry, after?: Entry): IndexChange | undefined => {
  if (after === undefined) return before && { index, remove: before.key, units: writeUnits(before.item) };
  if (before === undefined) return { index, put: after, units: writeUnits(after.item) };
  const [old, now] = [writeUnits(before.item), writeUnits(after.item)];
  if (before.key !== after.key) return { index, remove: before.key, put: after, units: old + now };
  if (JSON.stringify(before.item) === JSON.stringify(after.item)) return undefined;
  return { index, put: after, units: Math.max(old, now) };
};

/** The changes in all indexes when an item becomes another one, appears or goes. */
export const indexChanges = (schema: TableSchema, before: Item | undefined, after: Item | undefined): IndexChange[] =>
  indexesOf(schema)
    .map((index) => {
      if (after !== undefined) refuseEmptyKeys(after, index, schema);
      return changeOf(index.IndexName, entryOf(before, index, schema), entryOf(after, index, schema));
    })
    .filter((change) => change !== undefined);
