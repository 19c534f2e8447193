import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../config/secret.js";

/** Whether the request says the token. How long that takes does not depend on the token. */
export function saysToken(authorization: string | null, token: Secret): boolean {
  const [, given] = /^Bearer +(.+)$/i.exec(authorization?.trim() ?? "") ?? [];
  return given !== undefined && timingSafeEqual(digest(given), digest(token.reveal()));
}

// Of equal length, which the comparison needs.
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
