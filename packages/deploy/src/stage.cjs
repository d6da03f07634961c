// For scripts that work on a deployed stage with AWS clients of their own.

/** The stage `local` is never on AWS, whatever else this shell is set up for. */
const useStage = (stage) => {
  if (stage === "local") {
    process.env.AWS_ENDPOINT_URL ??= `http://127.0.0.1:${process.env.WARMSTART_PORT ?? "4566"}`;
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
  }
  process.env.AWS_REGION ??= process.env.AWS_DEFAULT_REGION ?? "us-east-1";
};

module.exports = { useStage };
