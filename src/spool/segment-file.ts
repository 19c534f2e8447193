/**
 * A segment file that this process writes, or goes on reading after another one. One writer a file; what was written is never changed
 * but for the position and for records that are cancelled.
 */
import {
  close,
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  open,
  openSync,
  read,
  write,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import {
  decodeHeader,
  encodeHeader,
  encodePosition,
  HEADER_BYTES,
  POSITION_OFFSET,
  type SegmentHeader,
} from "./segment-header.js";
import { CANCELLED, STATE_OFFSET } from "./spool-record.js";

const openFile = promisify(open);
const closeFile = promisify(close);
const readAt = promisify(read);
const writeAt = promisify(write);
const flushFile = promisify(fdatasync);

const MODE = 0o600;

export class SegmentFile {
  readonly #fd: number;
  #size: number;
  #isOpen = true;
  #isDirty = false;
  /** What is being written in the background, and where to. */
  #underWay: { readonly bytes: Buffer; readonly at: number } | undefined;
  /** Calls in the background. The descriptor is closed behind the last: its number may be another file's a moment later. */
  #calls = 0;
  #onIdle: (() => void) | undefined;

  private constructor(fd: number, size: number) {
    this.#fd = fd;
    this.#size = size;
  }

  /** Makes a new file. @throws what the file system says */
  static create(path: string, topic: string): SegmentFile {
    const fd = openSync(path, "wx+", MODE);
    try {
      writeWhole(fd, encodeHeader({ topic, position: HEADER_BYTES }), 0);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    return new SegmentFile(fd, HEADER_BYTES);
  }

  /** Opens a file that is there: to read it, and where it is this process's own, to save the position. */
  static async open(path: string, access: "to look" | "to own" = "to own"): Promise<SegmentFile> {
    const fd = await openFile(path, access === "to own" ? "r+" : "r");
    return new SegmentFile(fd, fstatSync(fd).size);
  }

  /** Offset behind the last byte that was written. */
  get size(): number {
    return this.#size;
  }

  /** Whether its file has been removed from the folder: what is written then is nowhere. */
  get isRemoved(): boolean {
    return this.#isOpen && fstatSync(this.#fd).nlink === 0;
  }

  /** `undefined` when the file does not begin as a segment does. */
  async header(): Promise<SegmentHeader | undefined> {
    return decodeHeader(await this.read(0, HEADER_BYTES));
  }

  /** Writes at the end, at once. Returns the offset of the first byte. After a failure the end is where it was. */
  append(bytes: Buffer): number {
    const at = this.#size;
    try {
      writeWhole(this.#fd, bytes, at);
    } catch (error) {
      this.#cut(at);
      throw error;
    }
    this.#size = at + bytes.length;
    this.#isDirty = true;
    return at;
  }

  /** The same in the background; one at a time. The place is taken at once, so that {@link append} meanwhile writes behind it. */
  async appendLater(bytes: Buffer): Promise<number> {
    const at = this.#size;
    this.#size = at + bytes.length;
    this.#underWay = { bytes, at };
    try {
      await this.#inBackground(async () => {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await writeAt(this.#fd, bytes, done, bytes.length - done, at + done);
          done += bytesWritten;
        }
      });
    } catch (error) {
      if (this.#size === at + bytes.length) {
        this.#size = at;
        this.#cut(at);
      }
      throw error;
    } finally {
      this.#underWay = undefined;
    }
    this.#isDirty = true;
    return at;
  }

  /** Writes now what {@link appendLater} is writing: the same bytes at the same place, so that both may happen. */
  finishNow(): void {
    if (this.#underWay) writeWhole(this.#fd, this.#underWay.bytes, this.#underWay.at);
  }

  /** Marks the record at this offset as one that is not to be sent. */
  cancel(offset: number): void {
    writeWhole(this.#fd, Buffer.of(CANCELLED), offset + STATE_OFFSET);
  }

  async savePosition(position: number): Promise<void> {
    if (!this.#isOpen) return;
    await this.#inBackground(() => writeAt(this.#fd, encodePosition(position), 0, 12, POSITION_OFFSET));
  }

  savePositionNow(position: number): void {
    if (this.#isOpen) writeWhole(this.#fd, encodePosition(position), POSITION_OFFSET);
  }

  /** At most so many bytes; fewer at the end of the file. */
  async read(offset: number, bytes: number): Promise<Buffer> {
    if (!this.#isOpen) throw new Error("the segment is closed");
    const buffer = Buffer.allocUnsafe(bytes);
    let done = 0;
    await this.#inBackground(async () => {
      while (done < bytes) {
        const { bytesRead } = await readAt(this.#fd, buffer, done, bytes - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
    });
    return buffer.subarray(0, done);
  }

  /** Resolves when what was written so far is on the disk itself. */
  async flush(): Promise<void> {
    if (!this.#isDirty || !this.#isOpen) return;
    this.#isDirty = false;
    await this.#inBackground(() => flushFile(this.#fd));
  }

  flushNow(): void {
    if (!this.#isDirty || !this.#isOpen) return;
    this.#isDirty = false;
    fdatasyncSync(this.#fd);
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#calls > 0)
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    await closeFile(this.#fd);
  }

  /** Closes it in this turn, or as soon as nothing in the background needs it. */
  closeNow(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#calls === 0) closeSync(this.#fd);
    else this.#onIdle = () => closeSync(this.#fd);
  }

  async #inBackground<Result>(call: () => Promise<Result>): Promise<Result> {
    this.#calls++;
    try {
      return await call();
    } finally {
      if (--this.#calls === 0) this.#onIdle?.();
    }
  }

  // What a failed write has left behind the end would stand between two records.
  #cut(at: number): void {
    try {
      ftruncateSync(this.#fd, at);
    } catch {
      // A reader looks for the next record behind it.
    }
  }
}

function writeWhole(fd: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}
