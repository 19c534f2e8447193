/** A request that may not be made. Who serves it puts this into the form of its own responses. */
export class AccessRefusal extends Error {
  override readonly name = "AccessRefusal";
  readonly status: 401 | 403 | 421 | 503;
  readonly headers: Readonly<Record<string, string>>;

  /** @param message what to do, for whoever asks */
  constructor(
    status: 401 | 403 | 421 | 503,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}
