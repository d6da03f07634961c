/** The command line is wrong: exit status 2. */
export class UsageError extends Error {}

/** The words of a command line, when there are no more than a verb takes. */
export const atMost = (most: number, words: readonly string[]): readonly string[] => {
  if (words.length > most)
    throw new UsageError(`what is ${words.slice(most).join(" ")}? \`warmstart help\` shows the verbs`);
  return words;
};
