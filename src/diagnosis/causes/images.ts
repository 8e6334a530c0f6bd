// Why an image does not come.
import { podText, type Cause } from '../cause.ts';
import type { Source } from '../../facts/diagnosis/sighting.ts';

const sources: readonly Source[] = [...podText, 'output'];

/** Only of a line that speaks of fetching an image. */
const fetching = '(?:[Pp]ull|resolve reference|failed to do request)';

export const imageCauses: readonly Cause[] = [
  {
    id: 'images.limit',
    certainty: 'sure',
    sources,
    pattern: /toomanyrequests|429 Too Many Requests/,
    says: 'the registry lets this address fetch no more images for a while',
    hint: 'Log in there, use a mirror (both under registries in the inventory), or wait.',
    origin: 'Docker Hub; containerd core/remotes/docker',
  },
  {
    id: 'images.login',
    certainty: 'sure',
    sources,
    pattern: new RegExp(
      `${fetching}.*(401 Unauthorized|403 Forbidden|pull access denied|insufficient_scope|no basic auth credentials|authorization failed)`,
    ),
    says: 'the registry refuses {host} an image: $1',
    hint: 'Give a login for it under registries in the inventory. Some registries say the same of images that they do not have: see whether the name is right.',
    origin: 'containerd core/remotes/docker/pusher.go, resolver.go',
  },
  {
    id: 'images.https',
    certainty: 'sure',
    sources,
    pattern: /http: server gave HTTP response to HTTPS client/,
    says: 'the registry speaks HTTP, and {host} speaks HTTPS with it',
    hint: 'Say so with its mirror’s URL (http://…) under registries in the inventory.',
    origin: 'Go net/http',
  },
  {
    id: 'images.certificate',
    certainty: 'sure',
    sources,
    pattern: new RegExp(`${fetching}.*x509: (.*)`),
    says: '{host} does not trust the registry: $1',
    hint: 'Give its CA under registries in the inventory; when the certificate is said not to be valid yet, set the clock.',
    origin: 'Go crypto/x509; containerd core/remotes/docker/resolver.go',
  },
  {
    id: 'images.name-server',
    certainty: 'sure',
    sources,
    pattern: new RegExp(
      `${fetching}.*lookup (\\S+?)(?: on \\S+)?: (no such host|server misbehaving|i/o timeout|Temporary failure in name resolution|.*connection refused)`,
    ),
    says: '{host} cannot look up the registry’s name $1: $2',
    hint: 'See whether its name server knows it (getent hosts $1). Without the internet use a bundle or a mirror.',
    origin: 'Go net; containerd core/remotes/docker/resolver.go',
  },
  {
    id: 'images.unreachable',
    certainty: 'sure',
    sources,
    pattern: new RegExp(
      `${fetching}.*(?:dial tcp (\\S+?): (?:connect: )?(connection refused|i/o timeout|no route to host|network is unreachable)|(TLS handshake timeout|Client\\.Timeout exceeded|context deadline exceeded))`,
    ),
    says: '{host} does not reach the registry $1: $2$3',
    hint: 'See whether it may go out there: a proxy and mirrors stand under downloads and registries in the inventory; without the internet use a bundle.',
    origin: 'Go net; containerd core/remotes/docker/resolver.go',
  },
  {
    id: 'images.platform',
    certainty: 'sure',
    sources,
    pattern: /no match for platform in manifest/,
    says: 'the image is not there for the processor of {host}',
    hint: 'Use an image that was built for it too: `uname -m` on the host tells which it is.',
    origin: 'containerd core/images/image.go',
  },
  {
    id: 'images.not-found',
    certainty: 'sure',
    sources,
    // A lookahead is not gone back into, so the time grows no faster than the line.
    pattern: new RegExp(
      `^(?=(.*?${fetching}))\\1[^"]*"([^"]+)"(?=.*(?:: not found|manifest unknown|does not exist))`,
    ),
    says: 'the registry does not have the image $2',
    hint: 'See whether its name and tag are right. An image that is in no registry must be brought to the nodes, by a bundle or images in the inventory.',
    origin: 'containerd core/remotes/docker/resolver.go',
  },
  {
    id: 'images.never',
    certainty: 'sure',
    sources,
    pattern: /image "([^"]+)" is not present with pull policy of Never/,
    says: '{host} does not have the image $1, and the pod forbids to fetch it',
    hint: 'Bring the image to the node, or take imagePullPolicy: Never out of the pod.',
    origin: 'kubernetes pkg/kubelet/images/image_manager.go',
  },
  {
    id: 'images.invalid-name',
    certainty: 'sure',
    sources,
    pattern: /(?:InvalidImageName.*)?couldn't parse image (?:name|reference) "([^"]*)"|InvalidImageName/,
    says: 'the name of an image is none: $1',
    hint: 'Names look like registry.example.com/team/name:tag, in small letters.',
    isFatal: true,
    origin: 'kubernetes pkg/util/parsers/parsers.go',
  },
  {
    id: 'images.absent',
    certainty: 'symptom',
    sources: ['pod', 'event'],
    pattern:
      /(?:ImagePullBackOff|ErrImagePull|[Bb]ack-off pulling|[Ff]ailed to pull).*?image "([^"]+)"|ImagePullBackOff|ErrImagePull/,
    says: '{host} does not have an image that {of} needs, and cannot fetch it: $1',
    hint: 'Those of a bundle are brought by `up`; others come from a registry, which the node must reach.',
    origin: 'kubernetes pkg/kubelet/images/types.go',
  },
];
