export declare const lockService: (folder: string, limitMs?: number) => Promise<void>;
