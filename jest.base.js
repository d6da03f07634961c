// Packages test themselves without the pool of clouds and the environment that services get from the preset.
import preset from "./packages/testing/jest-preset.cjs";

const { globalSetup: _setup, globalTeardown: _teardown, setupFilesAfterEnv: _matchers, ...base } = preset;

export default { ...base, testEnvironment: "node" };
