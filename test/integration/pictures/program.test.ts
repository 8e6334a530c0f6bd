import { describe, expect, it } from 'vitest';
import { recorded } from '../../../pictures/program.ts';

const at = { cwd: '/', columns: 40, rows: 10 };

describe('a recording', () => {
  it('is of a real terminal that has the size', async () => {
    const chunks = await recorded(['up', '--help'], at);
    const text = chunks.map((chunk) => chunk.text).join('');
    expect(text).toContain('make or complete the cluster; a second\r\nrun changes nothing\r\n');
  });

  it('is none when the program fails', async () => {
    await expect(recorded(['validate', '/no/such/file.yaml'], at)).rejects.toThrow(
      /^ipvs-bootstrap validate \/no\/such\/file\.yaml: exit code \d\n[^]*no\/such\/file/,
    );
  });

  it('ends when it is stopped, with the reason', async () => {
    const stop = new AbortController();
    const recording = recorded(['--help'], { ...at, signal: stop.signal });
    stop.abort(new Error('stopped by hand'));
    await expect(recording).rejects.toThrow('stopped by hand');
  });
});
