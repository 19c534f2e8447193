import { useState } from "preact/hooks";
import { apiPath, RequestFailure, sendJson } from "../api.js";
import { WriteSignIn } from "../parts/labels.js";
import { Time } from "../parts/states.js";
import { useResource } from "../resource.js";
import { mayWrite } from "../session.js";

interface Share {
  readonly id: string;
  readonly created_by: string | null;
  readonly created_at: string;
  readonly expires_at: string;
  readonly revoked_at: string | null;
}

const PERIODS = [
  [24, "a day"],
  [168, "a week"],
  [720, "30 days"],
] as const;

/** Links by which this run, and nothing else, can be read without a token. */
export function ShareRun({ run }: { readonly run: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Share
      </button>
      {isOpen && (
        <section class="share" aria-label="Links to this run">
          {mayWrite.value ? <Shares run={run} /> : <WriteSignIn />}
        </section>
      )}
    </>
  );
}

function Shares({ run }: { readonly run: string }) {
  const path = apiPath(`/runs/${run}/shares`);
  const { value, reload } = useResource<{ data: readonly Share[] }>(path);
  const [link, setLink] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const change = async (work: () => Promise<void>) => {
    try {
      await work();
      setProblem(undefined);
      reload();
    } catch (error) {
      setProblem(error instanceof RequestFailure ? error.message : String(error));
    }
  };
  const make = (hours: number) =>
    change(async () => {
      const body = JSON.stringify({ expires_in_hours: hours });
      const made = await (await sendJson(path, { method: "POST", body })).json();
      setLink(`${window.location.origin}${(made as { location: string }).location}`);
    });
  const revoke = (id: string) =>
    change(async () => {
      await sendJson(apiPath(`/runs/${run}/shares/${id}`), { method: "DELETE" });
    });
  const now = Date.now();
  const open = value?.data.filter(
    ({ revoked_at, expires_at }) => revoked_at === null && Date.parse(expires_at) > now,
  );
  return (
    <>
      <p class="note">Whoever has a link reads this run without a token, and nothing else.</p>
      <form
        class="label-form"
        onSubmit={(event) => {
          event.preventDefault();
          void make(Number(new FormData(event.currentTarget).get("hours")));
        }}
      >
        <label>
          For{" "}
          <select name="hours">
            {PERIODS.map(([hours, title]) => (
              <option key={hours} value={hours} selected={hours === 168}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Make a link</button>
      </form>
      {link && (
        <p role="status">
          <input
            class="share-link"
            aria-label="The link, which is shown this once"
            readOnly
            value={link}
            onFocus={(event) => event.currentTarget.select()}
          />{" "}
          <span class="note">It is shown this once.</span>
        </p>
      )}
      {open && open.length > 0 && (
        <ul>
          {open.map(({ id, created_by, created_at, expires_at }) => (
            <li key={id}>
              made <Time at={created_at} />
              {created_by !== null && (
                <>
                  {" "}
                  by <bdi>{created_by}</bdi>
                </>
              )}
              , holds until <Time at={expires_at} />{" "}
              <button type="button" onClick={() => void revoke(id)}>
                Revoke
              </button>
            </li>
          ))}
        </ul>
      )}
      {problem && <p role="alert">{problem}</p>}
    </>
  );
}
