/** What whoever sits before the page may do. */
import { computed, effect, signal } from "@preact/signals";
import { apiPath, getJson } from "./api.js";
import { signIns } from "./parts/sign-in.js";

export interface Session {
  /** Of the token or of the user that a proxy names; null for one of the environment, and for who needs none. */
  readonly name: string | null;
  readonly scopes: readonly string[];
  /** The only run that it shows; null for all. */
  readonly run: string | null;
}

/** `undefined` until it is known, and for who may do nothing. */
export const session = signal<Session | undefined>();

export const mayWrite = computed(() => session.value?.scopes.includes("write") === true);

/** Asks the service, and again after every sign-in. */
export function followSession(): void {
  effect(() => {
    if (signIns.value >= 0)
      getJson<Session>(apiPath("/session")).then(
        (found) => {
          session.value = found;
        },
        () => {
          session.value = undefined;
        },
      );
  });
}
