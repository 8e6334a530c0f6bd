// Bytes of a file → text: size, encoding and control characters are checked before any parser sees them.
import { isUtf8 } from 'node:buffer';
import { BootstrapError, type ErrorCode, type SourcePosition } from '../core/errors.ts';
import { TextLines } from './text-lines.ts';

/** The largest file that is read, in bytes: tens of thousands of services fit. */
export const maxSourceBytes = 4 * 1024 * 1024;

const byteOrderMark = '\uFEFF';
// YAML allows no other control characters than tab and line ends.
const controlCharacter = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u0084\u0086-\u009F]/;

/**
 * Turns a file's bytes into text. A UTF-8 byte order mark is dropped and Windows line ends are kept (YAML reads both).
 * @throws BootstrapError `code` for a file that is too large, not UTF-8, or has control characters
 */
export function decode(file: string, bytes: Buffer, code: ErrorCode): string {
  if (bytes.length > maxSourceBytes) {
    throw new BootstrapError(code, `the file is larger than ${maxSourceBytes / 1024 / 1024} MiB`, {
      where: { file, line: 1, column: 1 },
      hint: 'This is surely not the file you meant.',
    });
  }
  if (!isUtf8(bytes)) throw notUtf8(file, bytes, code);
  const text = bytes.toString('utf8');
  const clean = text.startsWith(byteOrderMark) ? text.slice(1) : text;
  refuseControlCharacters(file, clean, code);
  return clean;
}

function notUtf8(file: string, bytes: Buffer, code: ErrorCode): BootstrapError {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const details = {
    where: isUtf16 ? { file, line: 1, column: 1 } : firstBadByte(file, bytes),
    hint: 'Save the file as UTF-8.',
  };
  return new BootstrapError(code, `the file is ${isUtf16 ? 'UTF-16' : 'not UTF-8'} text`, details);
}

function firstBadByte(file: string, bytes: Buffer): SourcePosition {
  let line = 1;
  let start = 0;
  for (;;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    const part = bytes.subarray(start, end);
    if (!isUtf8(part) || newline === -1) {
      return { file, line, column: part.toString('utf8').indexOf('\uFFFD') + 1 };
    }
    line += 1;
    start = end + 1;
  }
}

function refuseControlCharacters(file: string, text: string, code: ErrorCode): void {
  const index = text.search(controlCharacter);
  if (index === -1) return;
  const lines = new TextLines(file, text);
  const name = `U+${text.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0')}`;
  throw new BootstrapError(code, `the file contains the control character ${name}`, {
    where: lines.position(index),
    detail: lines.excerpt({ start: index, end: index + 1 }),
    hint: 'Remove it; inside double quotes it can be written as an escape.',
  });
}
