const { roles, arn, within } = require("@warmstart/deploy/roles");

module.exports = roles({
  recordChecksum: [
    { actions: ["s3:GetObjectVersion"], resources: [within("UploadsBucket", "/uploads/*")] },
    // Without it S3 answers a missing object with 403, and "gone" would look like "denied".
    { actions: ["s3:ListBucket"], resources: [arn("UploadsBucket")] },
    { actions: ["dynamodb:PutItem"], resources: [arn("ChecksumsTable")] },
  ],
});
