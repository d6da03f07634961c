const { roles, arn, within } = require("@warmstart/deploy/roles");

const table = arn("PostsTable");
const byOwner = within("PostsTable", "/index/owner");
const chunks = within("AudioBucket", "/c/*");
const audio = within("AudioBucket", "/a/*");
const marks = within("AudioBucket", "/m/*");
const texts = within("AudioBucket", "/t/*");
// Polly knows no narrower resource for these than all:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonpolly.html
const polly = (...actions) => ({ actions: actions.map((action) => `polly:${action}`), resources: ["*"] });
const lexicons = { "Fn::Sub": "arn:${AWS::Partition}:polly:${AWS::Region}:${AWS::AccountId}:lexicon/*" };

module.exports = roles({
  createPost: [
    { actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], resources: [table] },
    // A text whose post does not fit the budget goes again.
    { actions: ["s3:PutObject", "s3:DeleteObject"], resources: [texts] },
    polly("DescribeVoices"),
    { actions: ["polly:GetLexicon"], resources: [lexicons] },
  ],
  announcePost: [{ actions: ["sns:Publish"], resources: [{ Ref: "CreatedTopic" }] }],
  synthesize: [
    { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: [table] },
    { actions: ["s3:GetObject", "s3:PutObject"], resources: [chunks] },
    { actions: ["s3:GetObject"], resources: [texts] },
    { actions: ["s3:PutObject", "s3:AbortMultipartUpload"], resources: [audio] },
    { actions: ["s3:PutObject"], resources: [marks] },
    // Of a post that was deleted while it was spoken.
    { actions: ["s3:DeleteObject"], resources: [audio, marks] },
    // Without it S3 answers a missing chunk with 403, and "not spoken yet" would look like "denied".
    { actions: ["s3:ListBucket"], resources: [arn("AudioBucket")] },
    { actions: ["sqs:ChangeMessageVisibility"], resources: [arn("SpeakQueue")] },
    polly("SynthesizeSpeech"),
  ],
  failPost: [{ actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: [table] }],
  listPosts: [
    { actions: ["dynamodb:Query"], resources: [byOwner] },
    { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: [table] },
  ],
  getPost: [
    { actions: ["dynamodb:GetItem"], resources: [table] },
    // S3 checks the right of whoever signed the URL.
    { actions: ["s3:GetObject"], resources: [audio, marks] },
  ],
  deletePost: [
    {
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
      resources: [table],
    },
    { actions: ["s3:DeleteObject"], resources: [audio, marks, texts] },
  ],
  listVoices: [polly("DescribeVoices")],
  getFeed: [
    { actions: ["dynamodb:Query"], resources: [byOwner] },
    { actions: ["dynamodb:GetItem"], resources: [table] },
  ],
  getAudio: [
    { actions: ["dynamodb:GetItem"], resources: [table] },
    { actions: ["s3:GetObject"], resources: [audio] },
  ],
  getPage: [],
  openApi: [],
});
