// Reading single parameters of a request that dynalite does not check for us.

/** The text of a parameter; anything else than a string counts as missing. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
