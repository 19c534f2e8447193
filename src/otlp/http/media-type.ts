/** How a request is written; the response is written in the same way. */
export type BodyEncoding = "protobuf" | "json";

export const MEDIA_TYPES = { protobuf: "application/x-protobuf", json: "application/json" } as const;

/** `undefined`: a media type that OTLP/HTTP does not have. */
export function bodyEncoding(contentType: string | null): BodyEncoding | undefined {
  const essence = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  if (essence === MEDIA_TYPES.json) return "json";
  // The second name is the one that clients of general protobuf libraries send.
  return essence === MEDIA_TYPES.protobuf || essence === "application/protobuf" ? "protobuf" : undefined;
}
