// Writes a file that only its owner may read.
import { writeWholeFile } from './whole-file.ts';

/** @throws BootstrapError `file.unreadable` when the file cannot be written */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  await writeWholeFile(path, content, 0o600);
}
