/**
 * Attribute keys that this project writes and reads. `gen_ai.*` and `mcp.*`: OpenTelemetry semantic conventions for
 * generative AI (Development; open-telemetry/semantic-conventions-genai). A copy, because the package that exports
 * them is 10 MB and moves unstable names between minor versions.
 */
export const ATTR_GEN_AI_OPERATION_NAME = "gen_ai.operation.name";
export const ATTR_GEN_AI_TOOL_NAME = "gen_ai.tool.name";
export const ATTR_GEN_AI_TOOL_TYPE = "gen_ai.tool.type";
export const ATTR_GEN_AI_TOOL_CALL_ID = "gen_ai.tool.call.id";
export const ATTR_GEN_AI_TOOL_CALL_ARGUMENTS = "gen_ai.tool.call.arguments";
export const ATTR_GEN_AI_TOOL_CALL_RESULT = "gen_ai.tool.call.result";
export const ATTR_GEN_AI_AGENT_NAME = "gen_ai.agent.name";
export const ATTR_GEN_AI_AGENT_ID = "gen_ai.agent.id";
export const ATTR_GEN_AI_AGENT_VERSION = "gen_ai.agent.version";
export const ATTR_GEN_AI_CONVERSATION_ID = "gen_ai.conversation.id";
export const ATTR_GEN_AI_WORKFLOW_NAME = "gen_ai.workflow.name";
export const ATTR_GEN_AI_REQUEST_MODEL = "gen_ai.request.model";
export const ATTR_ERROR_TYPE = "error.type";
export const ATTR_EXCEPTION_TYPE = "exception.type";
export const ATTR_EXCEPTION_MESSAGE = "exception.message";
export const ATTR_EXCEPTION_STACKTRACE = "exception.stacktrace";
export const EVENT_EXCEPTION = "exception";
export const ATTR_SERVICE_NAME = "service.name";
export const ATTR_SERVICE_VERSION = "service.version";
export const ATTR_DEPLOYMENT_ENVIRONMENT_NAME = "deployment.environment.name";
export const ATTR_SESSION_ID = "session.id";
export const ATTR_USER_ID = "user.id";

export const OPERATION_EXECUTE_TOOL = "execute_tool";
export const OPERATION_INVOKE_AGENT = "invoke_agent";
export const OPERATION_INVOKE_WORKFLOW = "invoke_workflow";

/** The instrumentation scope of spans that our own API makes. */
export const SCOPE_NAME = "otel-agent-actions";

/** Own attributes, only where no convention has one. Which kind of event the span is; absent means `action`. */
export const ATTR_KIND = "agent_actions.kind";
/** `tool_call | decision | error | success | task`; a task becomes `success` or `error` by how it ended. */
export const ATTR_ACTION_TYPE = "agent_actions.action.type";
export const ATTR_ACTION_NAME = "agent_actions.action.name";
/** JSON text: the details of a decision, error, success or task; for the other kinds the fields of the event. */
export const ATTR_DETAILS = "agent_actions.details";
/** Any text; a text that is no UUID is kept beside the UUID that it becomes. */
export const ATTR_CORRELATION_ID = "agent_actions.correlation_id";
export const ATTR_PROJECT_PATH = "agent_actions.project.path";
export const ATTR_PROJECT_NAME = "agent_actions.project.name";
export const ATTR_WORKING_DIRECTORY = "agent_actions.working_directory";
export const ATTR_DEBUG_MODE = "agent_actions.debug_mode";
/** List of strings: those whose authority the agent uses, from the nearest to the first. */
export const ATTR_ON_BEHALF_OF = "agent_actions.on_behalf_of";
/** What started the run. */
export const ATTR_TRIGGER = "agent_actions.trigger";
/** Of a decision that approves a call: who approved, by which means, by which policy, and the SHA-256 of the call's arguments. */
export const ATTR_APPROVED_BY = "agent_actions.approved_by";
export const ATTR_APPROVAL_METHOD = "agent_actions.approval_method";
export const ATTR_POLICY = "agent_actions.policy";
export const ATTR_ARGUMENTS_SHA256 = "agent_actions.arguments_sha256";

/**
 * JSON text, on spans of exported actions: the fields of the event that the row can be made of again, without the details that other attributes
 * have. Only the import of files reads it: what an event says its id and time are, only its owner may say.
 */
export const ATTR_EXPORTED_EVENT = "agent_actions.exported_event";

/** The baggage entry that carries the correlation id to another process, when propagation is switched on. */
export const BAGGAGE_CORRELATION_ID = "agent_actions.correlation_id";
