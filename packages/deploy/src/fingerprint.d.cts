export declare const packageState: (folder: string) => "fresh" | "stale" | "missing";
export declare const writeFingerprint: (folder: string) => void;
