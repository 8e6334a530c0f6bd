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
  ['nginx:1.27@sha256:0123', 'docker.io/library/nginx@sha256:0123'],
  ['registry.example.org:5000/web:2@sha256:0123', 'registry.example.org:5000/web@sha256:0123'],
  ['registry.example.org:5000/web', 'registry.example.org:5000/web:latest'],
  ['docker.io/nginx:1', 'docker.io/library/nginx:1'],
  ['docker.io/team/web:1', 'docker.io/team/web:1'],
  ['index.docker.io/nginx', 'docker.io/library/nginx:latest'],
  ['index.docker.io/team/web:1', 'docker.io/team/web:1'],
  ['localhost/web@sha256:0123', 'localhost/web@sha256:0123'],
  ['Registry/web:1', 'Registry/web:1'],
  ['[fd00::1]:5000/web', '[fd00::1]:5000/web:latest'],
])('%s is %s', (image, full) => {
  expect(fullReference(image)).toBe(full);
});
