const { roles, arn, within } = require("@warmstart/deploy/roles");

// The bucket that starts `resize` is named, not referenced: its role would wait for the bucket, and the bucket for it.
const originals = { "Fn::Sub": "arn:${AWS::Partition}:s3:::${param:bucketPrefix}-originals" };
const uploads = { "Fn::Sub": "arn:${AWS::Partition}:s3:::${param:bucketPrefix}-originals/uploads/*" };
const table = arn("ImagesTable");

module.exports = roles({
  resize: [
    { actions: ["s3:GetObject", "s3:GetObjectVersion"], resources: [uploads] },
    // Without it S3 answers a missing object with 403, and "gone" would look like "denied".
    { actions: ["s3:ListBucket"], resources: [originals] },
    { actions: ["s3:PutObject"], resources: [within("VariantsBucket", "/images/*")] },
    { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: [table] },
  ],
  createUpload: [
    // S3 checks the right of whoever signed the form.
    { actions: ["s3:PutObject"], resources: [uploads] },
    { actions: ["dynamodb:PutItem"], resources: [table] },
  ],
  getUpload: [{ actions: ["dynamodb:GetItem"], resources: [table] }],
  listImages: [{ actions: ["dynamodb:Query"], resources: [within("ImagesTable", "/index/newest")] }],
  getImage: [{ actions: ["dynamodb:GetItem"], resources: [table] }],
});
