import { expect, test } from "vitest";
import { bodyOf, type NoticeMessage } from "../../../src/notices/send/message.js";

const message: NoticeMessage = {
  id: "n:1",
  notice_id: "n",
  state: "open",
  rule: "loop",
  kind: "same_call",
  severity: "warning",
  title: "a <!channel> & \u202eb\u001b[31m repeats <https://evil.example|Read>",
  agent_name: "a\u0007",
  correlation_id: "r",
  project_name: null,
  action_ids: [],
  evidence: { calls: 5 },
  query: "select 1",
  began_at: "2026-01-05T09:00:00.000Z",
  opened_at: "2026-01-05T09:00:02.000Z",
  last_seen_at: "2026-01-05T09:00:02.000Z",
  closed_at: null,
};

test("Slack gets one line a notice, in which no recorded text is a link or calls anybody", () => {
  const { text } = JSON.parse(bodyOf([message, { ...message, state: "closed" }], "slack")) as {
    text: string;
  };
  const title = "a &lt;!channel&gt; &amp;  b [31m repeats &lt;https://evil.example|Read&gt;";
  expect(text).toBe(
    `:warning: ${title} (loop: same_call)\n:white_check_mark: ${title} (loop: same_call, over)`,
  );
});

test("Alertmanager gets alerts whose labels stay, with an end once they are over", () => {
  const [open, closed] = JSON.parse(
    bodyOf([message, { ...message, state: "closed", closed_at: "2026-01-05T09:01:00.000Z" }], "alertmanager"),
  );
  expect(open).toMatchObject({
    labels: {
      alertname: "agent_actions_loop",
      kind: "same_call",
      severity: "warning",
      notice_id: "n",
      agent: "a ",
    },
    startsAt: message.began_at,
    endsAt: "2999-01-01T00:00:00Z",
  });
  expect(closed.labels).toEqual(open.labels);
  expect(closed.endsAt).toBe("2026-01-05T09:01:00.000Z");
});

test("everybody else gets everything", () => {
  expect(JSON.parse(bodyOf([message], "json"))).toEqual({ notices: [message] });
});
