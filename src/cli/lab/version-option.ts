// The option --kubernetes of the lab: which releases it can be made with.
import { InvalidArgumentError } from 'commander';
import { supportedMinors } from '../../kube/version-facts.ts';
import { debianVersion, oldestMinor } from '../../lab/bundle/versions.ts';

/**
 * A release with a v in front, which need not be written.
 * @throws InvalidArgumentError for what is no release, or one that the lab cannot be made with
 */
export function labVersion(text: string): string {
  const version = text.startsWith('v') ? text : `v${text}`;
  if (version === debianVersion) return version;
  const [, major, minor] = /^v(\d+)\.(\d+)\.\d+$/.exec(version) ?? [];
  if (minor === undefined) throw new InvalidArgumentError('It must be a release such as v1.37.2.');
  const newestMinor = Number(supportedMinors.newest.slice('1.'.length));
  if (major === '1' && Number(minor) >= oldestMinor && Number(minor) <= newestMinor) return version;
  throw new InvalidArgumentError(
    `The lab can be made with v1.${oldestMinor}.0 to the newest v1.${newestMinor}, and with ${debianVersion}.`,
  );
}
