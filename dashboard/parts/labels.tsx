import { useState } from "preact/hooks";
import { apiPath, RequestFailure, sendJson } from "../api.js";
import { formatTime } from "../format.js";
import { useResource } from "../resource.js";
import { mayWrite, session } from "../session.js";
import { SignIn } from "./sign-in.js";

interface Label {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly text: string | null;
  readonly score: number | null;
  readonly created_by: string | null;
  readonly token_name: string | null;
  readonly created_at: string;
}

const KINDS = ["label", "note", "outcome"] as const;

/**
 * What people and programs say of a run or an action, and a form to say something.
 *
 * @param subject such as `/runs/{run}`, or `/actions/{id}`
 */
export function Labels({ subject, of }: { readonly subject: string; readonly of: string }) {
  const { value, reload } = useResource<{ data: readonly Label[] }>(apiPath(`${subject}/labels`));
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<string>();
  const change = async (path: string, init: RequestInit) => {
    try {
      await sendJson(apiPath(path), init);
      setProblem(undefined);
      reload();
      return true;
    } catch (error) {
      setProblem(error instanceof RequestFailure ? error.message : String(error));
      return false;
    }
  };
  const remove = (id: string) => void change(`${subject}/labels/${id}`, { method: "DELETE" });
  const add = async (form: HTMLFormElement) => {
    const given = Object.fromEntries(
      [...new FormData(form)].filter(([, text]) => String(text).trim() !== ""),
    );
    const { score, ...label } = given;
    const body = JSON.stringify({ ...label, ...(score !== undefined && { score: Number(score) }) });
    if (await change(`${subject}/labels`, { method: "POST", body })) form.reset();
  };
  return (
    <section class="labels" aria-label={`Labels of the ${of}`}>
      {value && value.data.length > 0 && (
        <ul>
          {value.data.map((label) => (
            <li key={label.id} class={`label-${label.kind}`}>
              <LabelText label={label} />
              {mayWrite.value && (
                <button type="button" aria-label={`Remove ${label.name}`} onClick={() => remove(label.id)}>
                  ×
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {session.value?.run == null && (
        <button type="button" class="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Close" : `Label this ${of}`}
        </button>
      )}
      {isOpen && (mayWrite.value ? <LabelForm onAdd={(form) => void add(form)} /> : <WriteSignIn />)}
      {problem && <p role="alert">{problem}</p>}
    </section>
  );
}

function LabelText({
  label: { kind, name, text, score, created_by, token_name, created_at },
}: {
  label: Label;
}) {
  const who = created_by ?? token_name;
  return (
    <span title={`${kind}, ${formatTime(created_at)}`}>
      {kind !== "label" && <span class="note">{kind} </span>}
      <bdi>{name}</bdi>
      {score !== null && <strong> {score}</strong>}
      {text !== null && (
        <>
          : <bdi>{text}</bdi>
        </>
      )}
      {who !== null && (
        <span class="note">
          {" "}
          by <bdi>{who}</bdi>
        </span>
      )}
    </span>
  );
}

function LabelForm({ onAdd }: { readonly onAdd: (form: HTMLFormElement) => void }) {
  return (
    <form
      class="label-form"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(event.currentTarget);
      }}
    >
      <select name="kind" aria-label="Kind">
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {kind}
          </option>
        ))}
      </select>
      <input name="name" aria-label="Name" placeholder="good, incident, resolved" maxLength={200} required />
      <input name="text" aria-label="Text" placeholder="in words, or a link" maxLength={10_000} />
      <input name="score" aria-label="Score" placeholder="score" type="number" step="any" />
      <button type="submit">Add</button>
    </form>
  );
}

/** Reading may be free where writing is not. */
export const WriteSignIn = () => (
  <div class="write-sign-in">
    <p>
      Writing needs a token with the scope write:{" "}
      <code>agent-actions token create NAME --scopes read,write</code>
    </p>
    <SignIn />
  </div>
);
