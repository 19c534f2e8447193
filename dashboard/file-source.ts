/** A file that was opened in the page: what stands below it reads from the file, and nothing from the service. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";

export interface FileSource {
  /** Unix milliseconds at which the file was made: what ran then is drawn until then. */
  readonly madeMillis: number;
  /** Responds to a GET of the API. Rejects with a RequestFailure where the file has no such thing. */
  read(path: string): Promise<unknown>;
}

export const FileSourceContext = createContext<FileSource | undefined>(undefined);

/** `undefined`: what is shown comes from the service. */
export const useFileSource = (): FileSource | undefined => useContext(FileSourceContext);
