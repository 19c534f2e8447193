import { checkedRequest } from "./checked-request.js";

export interface WebhookRequest {
  readonly url: string;
  readonly body: string;
  /** `Idempotency-Key`. */
  readonly id: string;
  readonly allowPrivate: boolean;
  readonly timeoutMillis?: number | undefined;
}

/** Resolves when the server has acknowledged with a 2xx. Rejects with a reason that does not show the URL, which may hold a secret. */
export async function postWebhook({ id, ...request }: WebhookRequest): Promise<void> {
  await checkedRequest({ ...request, method: "POST", headers: { "idempotency-key": id } });
}
