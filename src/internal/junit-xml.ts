export interface JUnitCase {
  readonly name: string;
  /** What went wrong; `undefined` when nothing did. */
  readonly failure: string | undefined;
}

/** A test suite in the XML that CI systems read as JUnit's. */
export function junitXml(suite: string, cases: readonly JUnitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const lines = cases.map(({ name, failure }) => {
    const open = `    <testcase classname="${escaped(suite)}" name="${escaped(name)}"`;
    return failure === undefined
      ? `${open}/>`
      : `${open}>\n      <failure message="${escaped(failure)}"/>\n    </testcase>`;
  });
  const counts = `tests="${cases.length}" failures="${failures}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escaped(suite)}" ${counts}>`,
    ...lines,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
};

// XML 1.0 has no form for other control characters and lone surrogates, not even as references.
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"\n]/g, (sign) => ENTITIES[sign] as string);
