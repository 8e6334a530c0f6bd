// The hosts of apt's repositories, and whether its main file names a proxy.
import { cmd, script, sequence } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

export interface AptSites {
  /** Hosts of http and https, without ports, each once. */
  readonly hosts: readonly string[];
  /** What /etc/apt/apt.conf says of a proxy counts more than any file beside it. */
  readonly hasMainProxy: boolean;
}

export const aptSites: Fact<AptSites, { readonly own: string }> = {
  name: 'apt.sites',
  scope: 'host',
  probe: ({ own }) => sequence([cmd`own=${own}`, readSources]),
  parse({ stdout }) {
    const lines = stdout.split('\n').filter((line) => line !== '');
    const urls = lines.filter((line) => URL.canParse(line)).map((line) => new URL(line).hostname);
    return { hosts: [...new Set(urls)].sort(), hasMainProxy: lines.includes('proxy') };
  },
};

/** Also of what is switched off or commented out behind a URL: to know more hosts does no harm. */
const readSources = script(`
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
  [ -f "$file" ] && [ "$file" != "$own" ] || continue
  grep -v '^[[:space:]]*#' "$file" | grep -oE 'https?://[^/[:space:]]+'
done
if grep -qsiE '^[^#/]*Acquire::https?::Proxy[[:space:]"]' /etc/apt/apt.conf; then echo proxy; fi
:
`);
