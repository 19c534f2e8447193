import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { RequestFailure, signIn } from "../api.js";

/** Changes with every sign-in: whatever was refused is asked for again. */
export const signIns = signal(0);

/** Asks for a token, which the service puts into a cookie that no script reads. */
export function SignIn() {
  const [failure, setFailure] = useState<string>();
  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        const token = new FormData(event.currentTarget).get("token");
        signIn(String(token ?? "").trim()).then(
          () => {
            signIns.value++;
          },
          (error: unknown) => setFailure(error instanceof RequestFailure ? error.message : String(error)),
        );
      }}
    >
      <label>
        Token
        <input type="password" name="token" autocomplete="current-password" required />
      </label>
      <button type="submit">Sign in</button>
      {failure && <p role="alert">{failure}</p>}
    </form>
  );
}
