/** Waits until no other process packages the service, and has it alone until this process ends. */
export declare const lockService: (folder: string, limitMs?: number) => Promise<void>;
