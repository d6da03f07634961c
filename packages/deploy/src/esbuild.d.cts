/** The part of osls that the settings read. */
export interface ServerlessInstance {
  readonly config: { readonly serviceDir: string };
  readonly service: { readonly provider: { readonly architecture?: string } };
  readonly processedInput?: { readonly commands?: readonly string[] };
}

export interface EsbuildSettings {
  /** The service uses sharp: keep it outside of the bundle and install it for the stage's architecture. */
  readonly sharp?: boolean;
  /** Any option of esbuild or serverless-esbuild replaces the shared one. */
  readonly [option: string]: unknown;
}

/** The export of a service's esbuild.config.cjs, named in serverless.yml as `custom.esbuild.config` (its only key). */
export declare const esbuildConfig: (
  settings?: EsbuildSettings,
) => (serverless: ServerlessInstance) => Readonly<Record<string, unknown>>;

/** The esbuild options of every function, also for measuring a bundle outside of osls. */
export declare const build: {
  readonly bundle: true;
  readonly minify: true;
  readonly format: "cjs";
  readonly platform: "node";
  readonly target: string;
  readonly mainFields: string[];
  readonly legalComments: "none";
  readonly sourcemap: false;
};

/** What makes npm install sharp's binary for that Lambda architecture and not for this machine. */
export declare const sharpEnvironment: (architecture: string | undefined) => Readonly<Record<string, string>>;
