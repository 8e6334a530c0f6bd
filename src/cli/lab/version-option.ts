// The option --kubernetes of the lab: which releases it can be made with.
import { InvalidArgumentError } from 'commander';

/** Only these can be built: a release that is a Debian package, and those whose Go module has all of its source. */
const buildable = { debian: 'v1.20.2', oldestMinor: 24, newestMinor: 37 };

/**
 * A release with a v in front, which need not be written.
 * @throws InvalidArgumentError for what is no release, or one that the lab cannot be made with
 */
export function labVersion(text: string): string {
  const version = text.startsWith('v') ? text : `v${text}`;
  if (version === buildable.debian) return version;
  const [, major, minor] = /^v(\d+)\.(\d+)\.\d+$/.exec(version) ?? [];
  if (minor === undefined) throw new InvalidArgumentError('It must be a release such as v1.37.2.');
  if (major === '1' && Number(minor) >= buildable.oldestMinor && Number(minor) <= buildable.newestMinor) {
    return version;
  }
  const { debian, oldestMinor, newestMinor } = buildable;
  throw new InvalidArgumentError(
    `The lab can be made with v1.${oldestMinor}.0 to the newest v1.${newestMinor}, and with ${debian}.`,
  );
}
