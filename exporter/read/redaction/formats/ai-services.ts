import { ALPHANUMERIC, type CredentialFormat, HEX, prefixed, run, URL_SAFE } from "../credential-format.js";

/** Models, and what agents use with them. */
export const AI_SERVICES: readonly CredentialFormat[] = [
  // OpenAI's form, which others took over: `sk-` and up to three words before the key. `sk-circle-fade-dot` is a style sheet's.
  ...prefixed(
    "OpenAI, Anthropic, OpenRouter, Langfuse and their form",
    ["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-", "sk-ant-", "sk-or-", "sk-lf-", "sk-litellm-"],
    URL_SAFE,
    20,
    512,
  ),
  { name: "OpenAI's form", parts: ["sk-", run(ALPHANUMERIC, 20, 256)], opaque: true },
  {
    name: "OpenAI's form",
    parts: ["sk-", run("a-z0-9", 2, 16), "-", run("A-Za-z0-9_", 20, 256)],
    opaque: true,
  },
  {
    name: "OpenAI's form",
    parts: ["sk-", run("a-z0-9", 2, 16), "-", run("a-z0-9", 2, 16), "-", run("A-Za-z0-9_", 20, 256)],
    opaque: true,
  },
  ...prefixed("OpenAI session", ["sess-"], ALPHANUMERIC, 36, 64),
  ...prefixed("Gemini", ["AQ.Ab", "AQ."], URL_SAFE, 30, 128),
  ...prefixed("Groq", ["gsk_"], ALPHANUMERIC, 40, 80),
  ...prefixed("Replicate", ["r8_"], ALPHANUMERIC, 30, 64),
  ...prefixed("xAI", ["xai-"], ALPHANUMERIC, 40, 128),
  ...prefixed("Perplexity", ["pplx-"], ALPHANUMERIC, 40, 64),
  ...prefixed("NVIDIA", ["nvapi-"], URL_SAFE, 40, 128),
  ...prefixed("Hugging Face", ["hf_", "api_org_"], ALPHANUMERIC, 30, 255),
  ...prefixed("LangSmith", ["lsv2_pt_", "lsv2_sk_", "ls__"], "A-Za-z0-9_", 30, 80),
  ...prefixed("Tavily", ["tvly-"], URL_SAFE, 20, 80).map(opaque),
  ...prefixed("Pinecone", ["pcsk_", "pclocal_"], "A-Za-z0-9_", 30, 100),
  ...prefixed("Fireworks", ["fw_"], ALPHANUMERIC, 20, 64).map(opaque),
  ...prefixed("Together", ["tgp_v1_"], URL_SAFE, 30, 80),
  ...prefixed("Cerebras", ["csk-"], ALPHANUMERIC, 40, 64).map(opaque),
  ...prefixed("Voyage", ["pa-", "al-"], URL_SAFE, 40, 64).map(opaque),
  ...prefixed("Jina", ["jina_"], URL_SAFE, 40, 100),
  ...prefixed("ElevenLabs", ["sk_"], HEX, 48),
  ...prefixed("Firecrawl", ["fc-"], HEX, 32),
  ...prefixed("E2B", ["e2b_"], HEX, 40),
  ...prefixed("Browserbase", ["bb_live_", "bb_test_"], URL_SAFE, 20, 64),
  ...prefixed("Weights & Biases", ["wandb_v1_"], "A-Za-z0-9_", 40, 120),
  ...prefixed("Modal", ["ak-", "as-"], ALPHANUMERIC, 22, 22).map(opaque),
  ...prefixed("Anyscale", ["esecret_"], ALPHANUMERIC, 24, 64),
  ...prefixed("LlamaCloud", ["llx-"], ALPHANUMERIC, 30, 80),
  ...prefixed("RunPod", ["rpa_"], ALPHANUMERIC, 36, 64),
  ...prefixed("Friendli", ["flp_"], ALPHANUMERIC, 36, 64),
  ...prefixed("Apify", ["apify_api_", "apify_proxy_"], ALPHANUMERIC, 30, 64),
  ...prefixed("Logfire", ["pylf_v1_"], "A-Za-z0-9_", 30, 80),
  ...prefixed("Mem0", ["m0-"], ALPHANUMERIC, 36, 64).map(opaque),
  ...prefixed("Zep", ["z_"], "A-Za-z0-9_.-", 60, 400).map(opaque),
  ...prefixed("Dify", ["app-", "dataset-"], ALPHANUMERIC, 24, 24).map(opaque),
  ...prefixed("Composio", ["comp_", "uak_"], URL_SAFE, 20, 64).map(opaque),
  ...prefixed("AgentOps, Arize and their form", ["ak_"], URL_SAFE, 32, 100).map(opaque),
  ...prefixed("Braintrust", ["bt-st-"], URL_SAFE, 30, 80),
];

function opaque(format: CredentialFormat): CredentialFormat {
  return { ...format, opaque: true };
}
