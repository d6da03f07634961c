/** An error as AWS answers it: `code` and `message` go to the client in the encoding of the service's protocol. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's body, such as `CancellationReasons`. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, message: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** A parameter or feature that this cloud does not have: loud, in AWS's shape, never a pretended success. */
export const unsupported = (what: string): AwsError =>
  new AwsError("NotImplemented", 501, `${what} is not supported by the embedded AWS; see SUPPORT.md`);
