/** Below this path, everything is of the API. */
export const API_PATH = "/api/v1";
