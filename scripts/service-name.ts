// What a service may be called: its name is in those of its stack, functions, roles, tables and buckets.

/**
 * A role is `<service>-<stage>-<function>-<region>` and IAM takes 64 characters: 24 leave room for a stage of 7, a function
 * of 16 and the longest region, ap-southeast-1. Buckets (63) and stacks (128) take more.
 */
export const LONGEST_NAME = 24;

/** Lower-case letters, digits and single hyphens, a letter first. */
export const isKebabCase = (name: string): boolean => /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name);
