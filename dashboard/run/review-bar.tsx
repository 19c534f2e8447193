import { formatCount } from "../format.js";
import { go } from "../location.js";
import { usePageKeys } from "../page-keys.js";
import { useReview } from "../review.js";

/** Where a run stands in the list that it was reached from, and the way to the next one. Keys: J and K. */
export function ReviewBar({ run, action }: { readonly run: string; readonly action: string }) {
  const review = useReview(run, action);
  usePageKeys({
    J: () => review?.next && go(review.next),
    K: () => review?.previous && go(review.previous),
  });
  if (review === undefined) return null;
  const { list, position, known, hasMore, previous, next } = review;
  return (
    <nav class="review" aria-label="The list that this is of">
      <a href={list}>{list.startsWith("/actions") ? "Actions" : "Runs"}</a>
      <span class="note" role="status">
        {position === undefined
          ? "not in the list"
          : `${formatCount(position)} of ${formatCount(known)}${hasMore ? " or more" : ""}`}
      </span>
      <Step url={previous} title="Previous (K)">
        ‹ Previous
      </Step>
      <Step url={next} title="Next (J)">
        Next ›
      </Step>
    </nav>
  );
}

const Step = ({
  url,
  title,
  children,
}: {
  readonly url: string | undefined;
  readonly title: string;
  readonly children: string;
}) => (
  <button type="button" title={title} disabled={url === undefined} onClick={() => url && go(url)}>
    {children}
  </button>
);
