import { useState } from "preact/hooks";
import { formatCount } from "../format.js";
import { textParts } from "./text-parts.js";

/** So many characters more are shown at a time. */
const MORE = 200_000;

/** A recorded text: its beginning, and the rest where it is asked for. Each part has a box of its own, which ends what its marks of direction do. */
export function LongText({ text, first = 2_000 }: { readonly text: string; readonly first?: number }) {
  const [length, setLength] = useState(first);
  if (text.length <= first) return <bdi>{text}</bdi>;
  const more = Math.min(MORE, text.length - length);
  return (
    <>
      {textParts(text, length).map((part, index) => (
        <bdi key={String(index)} class="text-part">
          {part}
        </bdi>
      ))}
      <button type="button" class="link" onClick={() => setLength(more > 0 ? length + more : first)}>
        {more <= 0
          ? "Show less"
          : length + more === text.length
            ? `Show all ${formatCount(text.length)} characters`
            : `Show ${formatCount(more)} more of ${formatCount(text.length)} characters`}
      </button>
    </>
  );
}
