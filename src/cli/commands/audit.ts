import { EVIDENCE_OPTIONS } from "../../config/evidence-settings.js";
import { integer, type OptionTable, text } from "../../config/option.js";
import { defineCommand, repeatable } from "../framework/command.js";
import { DATABASE_OPTIONS, JSON_OPTIONS } from "../framework/shared-options.js";

export const AUDIT_OPTIONS = {
  "key-file": {
    ...EVIDENCE_OPTIONS.keyFile,
    defaultText: undefined,
    description: "File of the key that signs: keygen writes it, verify and prove check by it.",
  },
  "verifier-key": text({
    placeholder: "KEY",
    defaultText: "that of the key file, else the one that the database names",
    description:
      "With verify and prove: the public key, as keygen shows it. Keep it outside of the database.",
  }),
  checkpoint: repeatable(
    text({
      placeholder: "FILE",
      description:
        "With verify: checkpoints that were kept elsewhere, such as a witness's file. May be given several times.",
    }),
  ),
  row: text({ placeholder: "ID", description: "With prove: the last leaf about the row with this id." }),
  leaf: integer({ minimum: 0, description: "With prove: the leaf at this place." }),
  "from-size": integer({
    minimum: 0,
    description: "With prove: that the log goes on from the one with so many leaves.",
  }),
  wait: integer({
    minimum: 0,
    maximum: 86_400,
    default: 0,
    unit: "seconds",
    description: "With verify: wait for at most so many seconds until the log is up to date.",
  }),
  ...JSON_OPTIONS,
  ...DATABASE_OPTIONS,
} as const satisfies OptionTable;

export const auditCommand = defineCommand({
  name: "audit",
  summary: "says whether somebody changed, removed or inserted rows.",
  usage: [
    "audit keygen NAME --key-file FILE",
    "audit status [options]",
    "audit checkpoint [options]",
    "audit prove --row ID|--leaf N|--from-size N [options]",
    "audit verify [options]",
  ],
  details: [
    "A service with AGENT_ACTIONS_EVIDENCE_KEY_FILE adds a leaf for each version of each row to a log whose hashes make a tree, and signs it. verify reads all leaves and rows once and holds them against each other, and the tree against checkpoints. checkpoint prints the newest, to be kept where nobody who can write to the database can change it. The table agent_audit_log, of what was removed by commands, is in the log too.",
    "Exit code of verify: 0 nothing is wrong; 1 something is; 75 it cannot be said yet, because rows from before the log are still being added, or there is no log and no checkpoint that shows there was one.",
  ],
  positional: "ACTION...",
  options: AUDIT_OPTIONS,
  examples: [
    { command: "audit keygen example.com/agent-actions --key-file audit.key", does: "Make a key." },
    { command: "audit checkpoint > checkpoint-monday", does: "Keep how the log stands." },
    {
      command: "audit verify --checkpoint checkpoint-monday",
      does: "Whether rows are what was stored, and the log goes on from Monday's.",
    },
    { command: "audit prove --row 019a... --json", does: "That a row is in the log, for somebody else." },
  ],
  run: async (input, context) => (await import("../audit/run-audit.js")).runAudit(input, context),
});
