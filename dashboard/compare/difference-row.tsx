import { pathTo } from "../location.js";
import type { ComparedDifference } from "./protocol.js";

const SIGNS: Readonly<Record<ComparedDifference["kind"], readonly [sign: string, words: string]>> = {
  same: ["=", "the same call"],
  arguments: ["~", "another input"],
  moved: [">", "moved"],
  unordered: ["?", "in another order"],
  "only-a": ["−", "only in A"],
  "only-b": ["+", "only in B"],
};

/** A value as text, cut where it is long: the action has it whole. */
const LONGEST = 2_000;
function shown(value: unknown): string {
  if (value === undefined) return "not there";
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 1);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** One difference of two runs: which action, in what it differs, and links to both. */
export function DifferenceRow({
  difference,
  a,
  b,
}: {
  readonly difference: ComparedDifference;
  readonly a: string;
  readonly b: string;
}) {
  const { kind, action_name: name, other_outcome: otherOutcome, input, outcome } = difference;
  const [sign, words] = SIGNS[kind];
  const found = [...(input?.differences ?? []), ...(outcome?.differences ?? [])];
  const parts = [
    ["input", input],
    ["outcome", outcome],
  ] as const;
  return (
    <li class={kind} data-kind={kind}>
      <span class="compare-sign" aria-hidden="true">
        {sign}
      </span>{" "}
      <bdi>{name}</bdi>{" "}
      <span class="note">
        {words}
        {otherOutcome && ", another outcome"}
      </span>{" "}
      {difference.a && <ActionLink side="A" run={a} {...difference.a} />}{" "}
      {difference.b && <ActionLink side="B" run={b} {...difference.b} />}
      {found.length > 0 && (
        <dl>
          {parts.flatMap(([part, differences]) =>
            (differences?.differences ?? []).map(({ path, a: before, b: after, lines }) => (
              <div key={`${part} ${path}`}>
                <dt class="note">
                  {part} <bdi>{path}</bdi>
                </dt>
                <dd>
                  {lines === undefined ? (
                    <>
                      <del>{shown(before)}</del>
                      <ins>{shown(after)}</ins>
                    </>
                  ) : (
                    lines.map(({ side, number, text }) => {
                      const line = `${number}  ${shown(text)}`;
                      if (side === "both")
                        return (
                          <code key={`${side}${number}`}>
                            {line}
                            <br />
                          </code>
                        );
                      return side === "a" ? (
                        <del key={`${side}${number}`}>{line}</del>
                      ) : (
                        <ins key={`${side}${number}`}>{line}</ins>
                      );
                    })
                  )}
                </dd>
              </div>
            )),
          )}
        </dl>
      )}
    </li>
  );
}

const ActionLink = ({
  side,
  run,
  id,
  place,
}: {
  readonly side: string;
  readonly run: string;
  readonly id: string;
  readonly place: number;
}) => (
  <a href={`${pathTo("runs", run)}?action=${encodeURIComponent(id)}`}>
    {side} #{place + 1}
  </a>
);
