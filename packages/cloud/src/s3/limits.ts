// S3's limits and fixed answers. (u): never checked against real AWS; correct them here.

export const S3_LIMITS = {
  keyBytes: 1024,
  putBytes: 5 * 1024 ** 3,
  smallestPartBytes: 5 * 1024 ** 2,
  parts: 10_000,
  pageSize: 1000,
  metadataBytes: 2048,
  objectTags: 10,
  bucketTags: 50,
  /** All fields of a POST form but the file. */
  formFieldsBytes: 20 * 1024,
  policyBytes: 20 * 1024,
  corsRules: 100,
  lifecycleRules: 1000,
} as const;

/** The canonical id of the one account, as listings and events name it. */
export const OWNER_ID = "00000000000000000000000000000000000000000000000000000000000000aa";
