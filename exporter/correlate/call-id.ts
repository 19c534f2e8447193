/**
 * Whether a model's id of a call is one that no other call has: random, as `toolu_01A09q90qw90lq917835lq9` and
 * `call_9pw7fqk1x0AbVh2pQxTnEoZr` are, or a UUID. Ids that a framework counts up (`call_1`, `tool-3`, `call_get_weather_0007`) are the
 * same in every run. In doubt an id counts as such a one: it then identifies a call only within its trace.
 */
export function isGloballyUnique(callId: string | undefined): callId is string {
  if (callId === undefined) return false;
  const random = UUID.test(callId) ? callId : PREFIXED.exec(callId)?.[1];
  return random !== undefined && !COUNTED.test(random) && new Set(random).size >= MIN_DIFFERENT;
}

/** Version and variant as RFC 9562 has them: a number that is padded to this length has none. */
const UUID = /^(?:[a-z_-]{0,16})?[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Anthropic, Bedrock, OpenAI, its Responses API, vLLM. */
const PREFIXED = /^(?:toolu_(?:bdrk_|vrtx_)?|tooluse_|call_|fc_|chatcmpl-tool-)([A-Za-z0-9]{16,})$/;

/** A word and a number, or one of them alone. */
const COUNTED = /^[A-Za-z]*\d*$/;

/** Random ids of 16 characters have more, also those of hexadecimal digits: less than one in ten thousand has not. */
const MIN_DIFFERENT = 6;
