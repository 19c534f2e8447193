/** Signed notes (https://c2sp.org/signed-note) with Ed25519, and the checkpoints that they say (https://c2sp.org/tlog-checkpoint). */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from "node:crypto";
import { Secret } from "../config/secret.js";
import { HASH_BYTES } from "./merkle.js";

/** Whoever knows it can check what was signed: `NAME+HASH+KEY`. */
export interface VerifierKey {
  readonly name: string;
  /** First four bytes of what names the key. */
  readonly id: Buffer;
  /** 32 bytes. */
  readonly publicKey: Buffer;
  /** As it is written down. */
  readonly text: string;
}

/** What signs, and what checks it. */
export interface SigningKey {
  readonly verifier: VerifierKey;
  /** The 32 bytes that the key pair is made of. */
  readonly seed: Secret<Buffer>;
}

/** How large a tree is, and its root. */
export interface Checkpoint {
  /** Which log: the name of its key. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

const ED25519 = Buffer.from([1]);
const SEED_BYTES = 32;
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const PRIVATE = "PRIVATE+KEY+";

/** What a key may be called: no space, no plus sign, nothing that a terminal acts on. */
export const isKeyName = (name: string): boolean => /^[!-*,-~]{1,200}$/.test(name);

export function generateKey(name: string): SigningKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  return signingKey(
    name,
    Buffer.from(privateKey.export({ format: "der", type: "pkcs8" })).subarray(-SEED_BYTES),
  );
}

/** The text of a key file: `PRIVATE+KEY+NAME+HASH+SEED`, the form of golang.org/x/mod/sumdb/note. */
export const formatSigningKey = ({ verifier: { name, id }, seed }: SigningKey): string =>
  `${PRIVATE}${name}+${id.toString("hex")}+${Buffer.concat([ED25519, seed.reveal()]).toString("base64")}`;

/** `undefined`: it is no such key. The text is nowhere shown. */
export function parseSigningKey(text: string): SigningKey | undefined {
  const line = text.trim();
  if (!line.startsWith(PRIVATE)) return undefined;
  const parts = partsOf(line.slice(PRIVATE.length));
  if (parts === undefined) return undefined;
  const key = signingKey(parts.name, parts.key);
  return key.verifier.id.toString("hex") === parts.id ? key : undefined;
}

/** `undefined`: it is no key that checks. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const parts = partsOf(text.trim());
  if (parts === undefined) return undefined;
  const key = verifierKey(parts.name, parts.key);
  return key.id.toString("hex") === parts.id ? key : undefined;
}

/** `undefined` for what is not `NAME+HASH+KEY` with a key of Ed25519. */
function partsOf(text: string): { name: string; id: string; key: Buffer } | undefined {
  const [, name = "", id = "", base64 = ""] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const bytes = strictBase64(base64);
  const isEd25519 = bytes.length === 1 + SEED_BYTES && bytes[0] === ED25519[0];
  return isKeyName(name) && isEd25519 ? { name, id, key: bytes.subarray(1) } : undefined;
}

function signingKey(name: string, seed: Buffer): SigningKey {
  const spki = createPublicKey(privateKeyOf(seed)).export({ format: "der", type: "spki" });
  return {
    verifier: verifierKey(name, Buffer.from(spki).subarray(-SEED_BYTES)),
    seed: new Secret(Buffer.from(seed)),
  };
}

function verifierKey(name: string, publicKey: Buffer): VerifierKey {
  const key = Buffer.concat([ED25519, publicKey]);
  const id = createHash("sha256").update(`${name}\n`).update(key).digest().subarray(0, 4);
  return { name, id, publicKey, text: `${name}+${id.toString("hex")}+${key.toString("base64")}` };
}

/** Empty for what is not written as base64 is: a text has one form, or a note could be changed without its signature. */
function strictBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : Buffer.alloc(0);
}

const privateKeyOf = (seed: Buffer) =>
  createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });

/** The signed note of a checkpoint. */
export function signCheckpoint({ size, root }: Omit<Checkpoint, "origin">, key: SigningKey): string {
  const { name, id } = key.verifier;
  const text = `${name}\n${size}\n${root.toString("base64")}\n`;
  const signature = sign(null, Buffer.from(text), privateKeyOf(key.seed.reveal()));
  return `${text}\n\u2014 ${name} ${Buffer.concat([id, signature]).toString("base64")}\n`;
}

/** What a note says, where the key has signed it; `undefined` where it has not, or the note says no checkpoint. */
export function readCheckpoint(note: string, key: VerifierKey): Checkpoint | undefined {
  const end = note.indexOf("\n\n");
  if (end === -1) return undefined;
  const text = note.slice(0, end + 1);
  const [origin = "", size = "", root = ""] = text.split("\n");
  const hash = strictBase64(root);
  if (origin !== key.name || !/^(0|[1-9]\d{0,15})$/.test(size) || hash.length !== HASH_BYTES)
    return undefined;
  return isSigned(text, note.slice(end + 2), key) ? { origin, size: Number(size), root: hash } : undefined;
}

function isSigned(text: string, signatures: string, { name, id, publicKey }: VerifierKey): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: "der", type: "spki" });
  return signatures.split("\n").some((line) => {
    const [dash, signer, base64 = ""] = line.split(" ");
    const bytes = strictBase64(base64);
    return (
      dash === "\u2014" &&
      signer === name &&
      bytes.subarray(0, 4).equals(id) &&
      verify(null, Buffer.from(text), key, bytes.subarray(4))
    );
  });
}
