import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { JsonObject } from "../../event/json.js";
import type { ApiClient, RowPage } from "../client/client.js";
import { HISTORY_FILTERS } from "../commands/history.js";
import { formatCount } from "../format/values.js";
import type { CliContext, Command } from "../framework/command.js";
import { CommandError, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { runCommandLine } from "../framework/program.js";
import { LIST_COLUMNS } from "../lists/list-columns.js";
import { optionsOf, queryOf } from "../lists/list-options.js";
import { listTable } from "../lists/list-table.js";
import { parsedRow } from "../lists/shown-row.js";
import { showRun } from "../show/run-show.js";

const HELP = `  N             open execution N as a tree
  t N           open it with a timeline
  n             go on to earlier ones
  l             list these again
  f OPTIONS     filter, as in: f --agent coder --failed --last 7d; f alone shows all
  e N FILE      export its actions: to FILE as CSV where it ends in .csv, else as JSON, one a line
  q             quit`;

const MAX_OPEN = 1_000;
const ALL = 500_000;
/** Lines of the terminal that are not rows of the list: its head, what is said below it, the prompt. */
const OTHER_LINES = 4;
const FEWEST_ROWS = 5;

/** Where somebody is who browses executions, and what can be done there. */
export class Browser {
  readonly #client: ApiClient;
  readonly #context: CliContext;
  readonly #out: Output;
  readonly #pageRows: number;
  #pages: AsyncIterator<RowPage> | undefined;
  #shown: readonly JsonObject[] = [];
  /** Number of the first of those that are shown. */
  #first = 1;
  #hasMore = false;

  /** @param lines height of the terminal */
  constructor(client: ApiClient, context: CliContext, lines = 24) {
    this.#client = client;
    this.#context = context;
    this.#out = context.out;
    this.#pageRows = Math.max(lines - OTHER_LINES, FEWEST_ROWS);
  }

  /** Begins anew with those that fit. */
  async filter(query: URLSearchParams): Promise<void> {
    const all = new URLSearchParams(query);
    if (!["last", "since", "until"].some((name) => all.has(name))) all.set("last", "all");
    this.#pages = this.#client.pages("/runs", all, Number.MAX_SAFE_INTEGER, this.#pageRows);
    this.#shown = [];
    this.#first = 1;
    this.#hasMore = true;
    await this.#goOn();
  }

  /** Does what a line says. */
  async obey(line: string): Promise<"quit" | "stay"> {
    const [word = "", ...words] = line.trim().split(/\s+/);
    if (/^\d+$/.test(word)) await this.#open(word, false);
    else
      switch (word) {
        case "q":
          return "quit";
        case "n":
          await this.#goOn();
          break;
        case "l":
        case "":
          this.#list();
          break;
        case "t":
          await this.#open(words[0], true);
          break;
        case "f":
          await this.#filterBy(line.trim().slice(1));
          break;
        case "e":
          await this.#export(words[0], words.slice(1).join(" "));
          break;
        default:
          this.#out.result(HELP);
      }
    return "stay";
  }

  /** The options are those of the command, read as there. What has blanks stands in double quotes. */
  async #filterBy(text: string): Promise<void> {
    const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
    const command: Command = {
      name: "history",
      summary: "what f can be followed by.",
      usage: [],
      options: optionsOf(HISTORY_FILTERS),
      examples: [],
      run: async ({ options }) => {
        await this.filter(queryOf(HISTORY_FILTERS, options));
        return EXIT_OK;
      },
    };
    await runCommandLine([command], ["history", ...words], this.#context);
  }

  async #goOn(): Promise<void> {
    const next = this.#hasMore ? await this.#pages?.next() : undefined;
    if (next === undefined || next.done || next.value.rows.length === 0) {
      this.#hasMore = false;
      this.#out.result(
        this.#out.style.dim(
          this.#shown.length === 0
            ? "There are none that fit. f alone shows all."
            : "There are no earlier ones.",
        ),
      );
      return;
    }
    this.#first += this.#shown.length;
    this.#shown = next.value.rows.map(parsedRow);
    this.#hasMore = next.value.hasMore;
    this.#list();
  }

  #list(): void {
    const number = { head: "N", of: ({ n }: JsonObject) => String(n), align: "right" as const };
    const rows = this.#shown.map((row, index): JsonObject => ({ ...row, n: this.#first + index }));
    for (const line of listTable(rows, [number, ...LIST_COLUMNS.runs], this.#out)) this.#out.result(line);
    const more = this.#hasMore ? "n for earlier ones, " : "";
    this.#out.result(this.#out.style.dim(`N to open one, ${more}? for help`));
  }

  async #open(number: string | undefined, timeline: boolean): Promise<void> {
    await showRun(
      this.#run(number),
      { format: timeline ? "timeline" : "tree", most: MAX_OPEN },
      this.#client,
      this.#out,
    );
  }

  /** The correlation id of an execution that is shown. */
  #run(number = ""): string {
    const row = this.#shown[Number(number) - this.#first];
    if (row === undefined || !/^\d+$/.test(number)) {
      const last = this.#first + this.#shown.length - 1;
      throw new CommandError(
        `There is no number ${JSON.stringify(number)}: these are ${this.#first} to ${last}.`,
      );
    }
    return String(row.correlation_id);
  }

  /** Never writes over a file. */
  async #export(number: string | undefined, file: string): Promise<void> {
    const run = this.#run(number);
    if (file === "") throw new UsageError("Say where to: e N FILE.", "history");
    const stream = createWriteStream(file, { flags: "wx" });
    const failed = new Promise<never>((_, reject) => {
      stream.once("error", (error) => reject(new CommandError(`${file}: ${error.message}`)));
    });
    await Promise.race([once(stream, "open"), failed]);
    let lines = 0;
    const result = (text: string): void => {
      lines++;
      stream.write(`${text}\n`);
    };
    const isCsv = file.endsWith(".csv");
    await showRun(run, { format: isCsv ? "csv" : "json", most: ALL }, this.#client, { ...this.#out, result });
    const closed = once(stream, "close");
    stream.end();
    await Promise.race([closed, failed]);
    const actions = lines - (isCsv ? 1 : 0);
    this.#out.result(`${formatCount(actions, "action")} ${actions === 1 ? "is" : "are"} in ${file}.`);
  }
}
