export type Architecture = "x86_64" | "arm64";

export interface ZipReport {
  readonly binaries: readonly { readonly name: string; readonly architecture: Architecture | undefined }[];
  readonly zippedBytes: number;
  /** Unpacked size of everything that is not in node_modules. */
  readonly otherBytes: number;
}

export declare const checkWhole: (file: string, handler?: string) => void;
export declare const checkZip: (file: string, architecture?: Architecture) => ZipReport;
export declare const elfArchitecture: (bytes: Buffer) => Architecture | undefined;
