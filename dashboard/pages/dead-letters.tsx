import { useState } from "preact/hooks";
import { apiPath, getJson, RequestFailure, sendJson } from "../api.js";
import { formatBytes, formatCount } from "../format.js";
import { type Column, DataTable } from "../parts/data-table.js";
import { WriteSignIn } from "../parts/labels.js";
import { Time } from "../parts/states.js";
import { mayWrite } from "../session.js";

/** A row of `/dead-letters`. */
interface LetterRow {
  readonly letter: string;
  readonly reason: string;
  readonly explanation: string;
  readonly sqlstate: string | null;
  readonly topic: string;
  readonly at: string;
  readonly attempts: number;
  readonly bytes: number | null;
}

interface Redriven {
  readonly redriven: readonly string[];
  readonly left_out: readonly { readonly letter: string; readonly why: string }[];
}

interface Found {
  readonly data: readonly LetterRow[];
  readonly count: number;
}

const COLUMNS: readonly Column<LetterRow>[] = [
  {
    name: "reason",
    title: "Reason",
    cell: ({ reason, sqlstate }) => <bdi>{sqlstate === null ? reason : `${reason} (${sqlstate})`}</bdi>,
  },
  { name: "explanation", title: "Explanation", cell: ({ explanation }) => <bdi>{explanation}</bdi> },
  { name: "topic", title: "Topic", isSecondary: true, cell: ({ topic }) => <bdi>{topic}</bdi> },
  { name: "letter", title: "Place", isSecondary: true, cell: ({ letter }) => <code>{letter}</code> },
  {
    name: "bytes",
    title: "Size",
    isNumber: true,
    isSecondary: true,
    cell: ({ bytes }) => (bytes === null ? "–" : formatBytes(bytes)),
  },
  { name: "attempts", title: "Tries", isNumber: true, cell: ({ attempts }) => attempts },
  { name: "since", title: "Since", cell: ({ at }) => <Time at={at} /> },
];

const sentence = (error: unknown): string =>
  error instanceof RequestFailure ? error.message : String(error);

/** Records that could not become rows, read when that is asked for: it costs the reading of a whole topic. */
export function DeadLetters() {
  const [found, setFound] = useState<Found>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState<string>();
  const [outcome, setOutcome] = useState<Redriven>();

  const work = async (task: () => Promise<void>) => {
    setBusy(true);
    setSaid(undefined);
    try {
      await task();
    } catch (error) {
      setSaid(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  const look = async () => {
    setFound(await getJson<Found>(apiPath("/dead-letters")));
    setChosen(new Set());
  };
  const redrive = async () => {
    const body = JSON.stringify({ letters: [...chosen] });
    const response = await sendJson(apiPath("/dead-letters/redrive"), { method: "POST", body });
    setOutcome((await response.json()) as Redriven);
    await look();
  };
  const toggle = (letter: string) => {
    const changed = new Set(chosen);
    if (!changed.delete(letter)) changed.add(letter);
    setChosen(changed);
  };
  const all = found?.data.map(({ letter }) => letter) ?? [];
  const choice: Column<LetterRow> = {
    name: "choice",
    title: "Chosen",
    cell: ({ letter }) => (
      <label class="choice">
        <input
          type="checkbox"
          aria-label={`Choose ${letter}`}
          checked={chosen.has(letter)}
          onChange={() => toggle(letter)}
        />
      </label>
    ),
  };
  return (
    <section class="dead-letters" aria-label="Dead letters">
      <h2>Dead letters</h2>
      <p class="note">
        Records that could not become rows. Mend the cause, then send them once more: one that is stored
        already meets its own row.
      </p>
      {mayWrite.value ? (
        <p class="toolbar">
          <button type="button" disabled={isBusy} onClick={() => void work(look)}>
            {found ? "Look again" : "Look for dead letters"}
          </button>
          {all.length > 0 && (
            <button
              type="button"
              onClick={() => setChosen(chosen.size === all.length ? new Set() : new Set(all))}
            >
              {chosen.size === all.length ? "Choose none" : "Choose all"}
            </button>
          )}
          {chosen.size > 0 && (
            <button type="button" disabled={isBusy} onClick={() => void work(redrive)}>
              Send {formatCount(chosen.size)} once more
            </button>
          )}
          <span class="note" role="status">
            {isBusy && "Reading the topic …"}
            {found && !isBusy && `${formatCount(found.count)} open`}
            {found && found.count > found.data.length && ", the latest of them below"}
          </span>
        </p>
      ) : (
        <WriteSignIn />
      )}
      {said && <p role="alert">{said}</p>}
      {outcome && (
        <div role="status">
          <p>{formatCount(outcome.redriven.length)} sent once more.</p>
          {outcome.left_out.length > 0 && (
            <ul>
              {outcome.left_out.map(({ letter, why }) => (
                <li key={letter}>
                  <code>{letter}</code> was left out: <bdi>{why}</bdi>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      {found && found.data.length > 0 && (
        <DataTable
          label="Dead letters"
          columns={[choice, ...COLUMNS]}
          rows={{
            rows: found.data,
            failure: undefined,
            isLoading: false,
            more: undefined,
            reload: () => undefined,
          }}
          keyOf={({ letter }) => letter}
          empty={null}
        />
      )}
    </section>
  );
}
