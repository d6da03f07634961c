const { roles, arn, within } = require("@warmstart/deploy/roles");

const table = arn("FilesTable");
const uploads = within("IncomingBucket", "/uploads/*");
const documents = within("ResultsBucket", "/files/*");
const parts = within("ResultsBucket", "/parts/*");

const readIncoming = [
  { actions: ["s3:GetObjectVersion"], resources: [uploads] },
  // Without it S3 answers a missing object with 403, and "gone" would look like "denied".
  { actions: ["s3:ListBucket"], resources: [arn("IncomingBucket")] },
];
// Read, to see whether the document of a newer run is there.
const publish = { actions: ["s3:GetObject", "s3:PutObject"], resources: [documents] };
const readDocument = [
  { actions: ["dynamodb:GetItem"], resources: [table] },
  { actions: ["s3:GetObject"], resources: [documents] },
];

module.exports = roles({
  extract: [
    ...readIncoming,
    publish,
    { actions: ["s3:PutObject"], resources: [parts] },
    { actions: ["dynamodb:UpdateItem"], resources: [table] },
    { actions: ["sqs:SendMessage"], resources: [arn("ChunksQueue")] },
  ],
  scanChunk: [
    ...readIncoming,
    publish,
    { actions: ["s3:GetObject", "s3:PutObject"], resources: [parts] },
    { actions: ["dynamodb:UpdateItem"], resources: [table] },
  ],
  createUpload: [
    // S3 checks the right of whoever signed the form.
    { actions: ["s3:PutObject"], resources: [uploads] },
    { actions: ["dynamodb:PutItem"], resources: [table] },
  ],
  listFiles: [{ actions: ["dynamodb:Query"], resources: [within("FilesTable", "/index/newest")] }],
  getFile: readDocument,
  getFileText: readDocument,
  getFileGeojson: readDocument,
  requestScan: [
    { actions: ["dynamodb:UpdateItem"], resources: [table] },
    { actions: ["sqs:SendMessage"], resources: [arn("FilesQueue")] },
  ],
});
