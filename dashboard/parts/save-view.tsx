import { useRef, useState } from "preact/hooks";
import { apiPath, RequestFailure, sendJson } from "../api.js";
import { mayWrite } from "../session.js";
import { WriteSignIn } from "./labels.js";

/** Gives the page that is shown a name. */
export function SaveView() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [said, setSaid] = useState<string>();
  const save = async (form: HTMLFormElement) => {
    const { pathname, search } = window.location;
    const body = JSON.stringify({ name: new FormData(form).get("name"), location: pathname + search });
    try {
      await sendJson(apiPath("/saved-views"), { method: "POST", body });
      form.reset();
      dialog.current?.close();
      setSaid(undefined);
    } catch (error) {
      setSaid(error instanceof RequestFailure ? error.message : String(error));
    }
  };
  const open = () => {
    setOpen(true);
    setSaid(undefined);
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" class="save-view" onClick={open}>
        Save view
      </button>
      <dialog ref={dialog} aria-labelledby="save-view-title" onClose={() => setOpen(false)}>
        <h2 id="save-view-title">Save this view</h2>
        {isOpen && !mayWrite.value && <WriteSignIn />}
        {isOpen && mayWrite.value && (
          <form
            class="label-form"
            onSubmit={(event) => {
              event.preventDefault();
              void save(event.currentTarget);
            }}
          >
            <input name="name" aria-label="Name of the view" placeholder="Name" maxLength={200} required />
            <button type="submit">Save</button>
          </form>
        )}
        {said && <p role="alert">{said}</p>}
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
