// Which phone of a spoken piece is the first of which word: both are sequences of phones that nearly agree.

const least = (one: number, other: number): number => (one < other ? one : other);

/** The cost of turning the first `row` of one into the first `column` of the other, for all of both. */
const distances = (one: readonly string[], other: readonly string[]): Uint16Array[] => {
  const rows = [Uint16Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (const [index, name] of one.entries()) {
    const above = rows[index] ?? new Uint16Array();
    const row = new Uint16Array(other.length + 1);
    row[0] = index + 1;
    for (let column = 1; column <= other.length; column++) {
      const same = (above[column - 1] ?? 0) + (other[column - 1] === name ? 0 : 1);
      const shorter = least(above[column] ?? 0, row[column - 1] ?? 0) + 1;
      row[column] = least(same, shorter);
    }
    rows.push(row);
  }
  return rows;
};

/**
 * For each word the index of the first phone of `spoken` that stands for one of its own, by Levenshtein's alignment;
 * undefined for a word without a sound.
 */
export const align = (
  spoken: readonly string[],
  words: readonly (readonly string[])[],
): readonly (number | undefined)[] => {
  const apart = words.flatMap((phones, word) => phones.map((name) => ({ name, word })));
  const rows = distances(spoken, apart.map(({ name }) => name)); // prettier-ignore
  const cost = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  const first: (number | undefined)[] = words.map(() => undefined);
  let [row, column] = [spoken.length, apart.length];
  while (row > 0 && column > 0) {
    const { name, word } = apart[column - 1] ?? { name: "", word: -1 };
    const differs = spoken[row - 1] === name ? 0 : 1;
    if (cost(row, column) === cost(row - 1, column - 1) + differs) {
      first[word] = row - 1;
      row--;
      column--;
    } else if (cost(row, column) === cost(row - 1, column) + 1) row--;
    else column--;
  }
  return first;
};
