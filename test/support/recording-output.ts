// An Output that keeps its lines, without colours.
import type { Output, OutputFormat } from '../../src/ui/output.ts';
import { createStyle } from '../../src/ui/style.ts';

export function recordingOutput(format: OutputFormat = 'plain'): Output & {
  readonly results: string[];
  readonly progressed: string[];
} {
  const results: string[] = [];
  const progressed: string[] = [];
  return {
    format,
    style: createStyle(false),
    result: (line) => void results.push(line),
    progress: (line) => void progressed.push(line),
    results,
    progressed,
  };
}
