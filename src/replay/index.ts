export { DEFAULT_NORMALISATION, NO_NORMALISATION, type Normalisation } from "../compare/normalisation.js";
export { type RecordedAction, recordedAction } from "../recorded/recorded-action.js";
export { type FinishOptions, finishReplay } from "./finish-replay.js";
export { type LoadRunOptions, loadRun } from "./load-run.js";
export { IncompleteResultError, ReplayMissError } from "./replay-errors.js";
export { junitOf, type LiveCall, type ReplayReport, summaryOf } from "./replay-report.js";
export { type IncompleteCall, type ReplayMode, type ReplayOptions, ReplayRun } from "./replay-run.js";
export { type ReplayToolsOptions, replayTool, replayTools } from "./replay-tools.js";
export { type RerunCall, type RerunOptions, rerun } from "./rerun.js";
