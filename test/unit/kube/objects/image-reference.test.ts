// Names of images in full, as a bundle and containerd have them.
import { expect, it } from 'vitest';
import { fullReference } from '../../../../src/kube/objects/image-reference.ts';

it.each([
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.25', 'docker.io/library/nginx:1.25'],
  ['team/web', 'docker.io/team/web:latest'],
  ['registry.example.org/web', 'registry.example.org/web:latest'],
  ['registry.example.org:5000/team/web:2', 'registry.example.org:5000/team/web:2'],
  ['localhost/web', 'localhost/web:latest'],
  ['nginx@sha256:0123', 'docker.io/library/nginx@sha256:0123'],
])('%s is %s', (image, full) => {
  expect(fullReference(image)).toBe(full);
});
