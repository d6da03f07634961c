// Scheduler's limits. (u) = never checked against the real service.
export const MAX_WINDOW_MINUTES = 1440;
export const MAX_INPUT = 262_144;
export const MAX_LISTED = 100;
export const DEFAULT_GROUP = "default";
