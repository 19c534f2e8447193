import { defineCommand } from "../framework/command.js";
import { UsageError } from "../framework/exit-codes.js";

export const completionCommand = defineCommand({
  name: "completion",
  summary: "prints a script for a shell to complete commands.",
  usage: ["completion bash", "completion zsh", "completion fish"],
  details: ["It is made from the commands of this version, so after an update it is to be made again."],
  options: {},
  positional: "SHELL",
  examples: [
    {
      command: "completion bash > ~/.agent-actions-completion",
      does: "For bash, with: source ~/.agent-actions-completion",
    },
    { command: "completion zsh > ~/.zfunc/_agent-actions", does: "For zsh, with ~/.zfunc in fpath." },
    { command: "completion fish > ~/.config/fish/completions/agent-actions.fish", does: "For fish." },
  ],
  async run({ positionals: [shell = ""] }, { out }) {
    const [{ COMPLETIONS }, { COMMANDS }] = await Promise.all([
      import("../completion/scripts.js"),
      import("./index.js"),
    ]);
    const script = Object.hasOwn(COMPLETIONS, shell) ? COMPLETIONS[shell] : undefined;
    if (script === undefined)
      throw new UsageError(
        `There are scripts for ${Object.keys(COMPLETIONS).join(", ")}, not for "${shell}".`,
        "completion",
      );
    out.result(script(COMMANDS));
    return 0;
  },
});
