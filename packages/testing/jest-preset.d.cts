import type { Config } from "jest";

/** The jest configuration that `preset: "@warmstart/testing"` stands for. */
declare const preset: Config;
export = preset;
