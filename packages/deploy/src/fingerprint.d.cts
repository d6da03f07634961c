/** `fresh`, `stale` when a source changed since, `missing` when there is no package with a note. */
export declare const packageState: (folder: string) => "fresh" | "stale" | "missing";
/** Notes beside a service's package what it was made of. */
export declare const writeFingerprint: (folder: string) => void;
