/**
 * A text of an agent as the text of an element. Nothing in it is markup; control characters and marks that turn the direction of what follows
 * become visible signs. Line breaks and tabs stay.
 */
export const htmlText = (text: string): string =>
  text
    .replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu,
      "\ufffd",
    )
    .replace(/[&<>]/g, (sign) => ENTITIES[sign] as string);

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
