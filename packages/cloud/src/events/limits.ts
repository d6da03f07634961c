// EventBridge's limits and its behaviour where only the documentation tells. (u) = never checked against the real service.
export const MAX_ENTRIES = 10;
export const MAX_ENTRIES_BYTES = 262_144;
export const MAX_TARGETS = 5;
export const MAX_PATTERN = 4096;

/** Seconds before and after 1970 that a date can be (u). */
export const MAX_TIME = 8.64e12;
