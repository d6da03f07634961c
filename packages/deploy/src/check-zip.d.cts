export type Architecture = "x86_64" | "arm64";

export interface ZipReport {
  readonly binaries: readonly { readonly name: string; readonly architecture: Architecture | undefined }[];
  readonly zippedBytes: number;
  /** Unpacked size of everything that is not in node_modules. */
  readonly otherBytes: number;
}

/** Throws unless every file in a zip can be read, and that of a Node.js handler is among them. */
export declare const checkWhole: (file: string, handler?: string) => void;
/** Throws unless a zip holds sharp for one Lambda architecture (x86_64) and for no other. */
export declare const checkZip: (file: string, architecture?: Architecture) => ZipReport;
/** For which an ELF file was built; undefined for any other file or machine. */
export declare const elfArchitecture: (bytes: Buffer) => Architecture | undefined;
