// The command that `npm start` prints for this service: an upload, and what the function says of it.
interface Deployed {
  readonly endpoint: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export const sample = ({ endpoint, outputs }: Deployed): string =>
  `curl --aws-sigv4 aws:amz:us-east-1:s3 --user local:local -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' -T README.md ${endpoint}/${outputs["UploadsBucketName"]}/uploads/readme.md\nnpx warmstart logs new-service-local-recordChecksum`;
