/** What the leash tells about the program that it holds. */
export type LeashReport =
  | { readonly type: "exited"; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly type: "failed"; readonly code: string; readonly message: string };

/** What the leash is asked. */
export interface LeashRequest {
  readonly signal: NodeJS.Signals;
}
