import { useEffect, useState } from "preact/hooks";
import { apiPath, getJson, RequestFailure, signIn } from "../api.js";
import { go, pathTo } from "../location.js";
import { signIns } from "../parts/sign-in.js";
import { Failure, RunPlaceholder } from "../parts/states.js";
import type { Session } from "../session.js";

/**
 * Opens a link to one run. Its secret stands behind the `#`, which browsers send to nobody; the service keeps it in a cookie that no
 * script reads, and it leaves the address at once.
 */
export function SharePage() {
  const [failure, setFailure] = useState<RequestFailure>();
  useEffect(() => {
    const secret = window.location.hash.slice(1);
    window.history.replaceState(null, "", window.location.pathname);
    openShare(secret).then(
      (run) => {
        signIns.value++;
        go(pathTo("runs", run), { replace: true });
      },
      (error: unknown) =>
        setFailure(error instanceof RequestFailure ? error : new RequestFailure(0, String(error))),
    );
  }, []);
  return failure ? <Failure failure={failure} title="This link opens nothing" /> : <RunPlaceholder />;
}

async function openShare(secret: string): Promise<string> {
  if (!/^aas_[\w-]+$/.test(secret))
    throw new RequestFailure(
      404,
      "This link is not whole: what stands behind the # is missing. Ask for it again.",
    );
  try {
    await signIn(secret);
    const headers = { authorization: `Bearer ${secret}` };
    const { run } = await getJson<Session>(apiPath("/session"), undefined, headers);
    if (run !== null) return run;
  } catch (error) {
    if (!(error instanceof RequestFailure) || error.status !== 401) throw error;
  }
  throw new RequestFailure(404, "This link has expired or was revoked. Ask for another one.");
}
