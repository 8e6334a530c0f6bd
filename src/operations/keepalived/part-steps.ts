// The steps that give a host a part of keepalived's configuration.
import type { Secret } from '../../core/secret.ts';
import { ask } from '../../facts/fact.ts';
import { textFile, type TextFile } from '../../facts/files/file.ts';
import {
  keepalivedConfiguration,
  type KeepalivedConfiguration,
} from '../../facts/files/keepalived-configuration.ts';
import { renderSecretTemplate } from '../../render/template.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import type { FactNeed, FactReader, Step } from '../operation.ts';
import { beforeNeeds, noteSteps } from './before.ts';
import { keepalivedMain, keepalivedParts, partDirectory, type KeepalivedPart } from './parts.ts';

/** The files that `partSteps` compares. */
export function partNeeds(part: KeepalivedPart): readonly FactNeed[] {
  const { path, script } = keepalivedParts[part];
  return [
    ...beforeNeeds(),
    { query: ask(keepalivedConfiguration, { path: keepalivedMain }) },
    { query: ask(keepalivedConfiguration, { path }) },
    { query: ask(textFile, { path: script }) },
  ];
}

export interface WantedPart {
  readonly part: KeepalivedPart;
  /** Name of the host. */
  readonly node: string;
  readonly content: Secret;
  /** Text of the part's script. */
  readonly script: string;
}

/** Script and part before the file that includes them: keepalived ignores a check whose script is missing. */
export function partSteps({ part, node, content, script }: WantedPart, facts: FactReader): readonly Step[] {
  const { path, script: scriptPath } = keepalivedParts[part];
  const foundScript = facts.get(ask(textFile, { path: scriptPath }));
  const main = renderSecretTemplate(
    'keepalived/keepalived.conf',
    { node, parts: `${partDirectory}/*.conf` },
    'keepalived.conf',
  );
  return [
    ...textFileSteps({ path: scriptPath, content: script, mode: 0o755 }, foundScript),
    ...textFileSteps({ path, content, mode: 0o600 }, revealed(path, facts)),
    ...noteSteps(facts.get(ask(keepalivedConfiguration, { path: keepalivedMain })), facts),
    ...textFileSteps({ path: keepalivedMain, content: main, mode: 0o600 }, revealed(keepalivedMain, facts)),
  ];
}

function revealed(path: string, facts: FactReader): TextFile | null {
  const found = facts.get(ask(keepalivedConfiguration, { path }));
  return found === null ? null : { ...found, text: found.text.reveal() };
}

/** The password of the first host in order that has one, so that all come to the same. */
export function passwordInUse(
  part: KeepalivedPart,
  hosts: readonly string[],
  facts: FactReader,
): Secret | null {
  const query = ask(keepalivedConfiguration, { path: keepalivedParts[part].path });
  const found = hosts.map((host) => facts.get<KeepalivedConfiguration | null | undefined>(query, host));
  return found.find((one) => one?.password != null)?.password ?? null;
}
