// What went wrong with a module, told from the words of the go command.
import { expect, it } from 'vitest';
import { moduleError } from '../../../../src/lab/go/module-source.ts';

const wanted = { module: 'k8s.io/kubernetes', version: 'v1.37.2' };

it('is a warning of its own when what came is not what was published', () => {
  // As go 1.26.8 says it, seen with a go.sum that was changed.
  const said = `verifying k8s.io/kubernetes@v1.37.2: checksum mismatch
	downloaded: h1:H2TDz8ibqkAF6YGhCdN3jS9O0/s90v0rJh3X/OLHEUk=
	go.sum:     h1:AAAABhYeuM20CGa2R3ZmY5oG9bLhSLIUBqf0nVYl8uM=

SECURITY ERROR
This download does NOT match an earlier download recorded in go.sum.`;
  const error = moduleError(wanted, said, 'https://proxy.example', new Error('go'));
  expect(error.message).toBe('k8s.io/kubernetes v1.37.2 is not what was published under this name');
  expect(error.detail).toContain('checksum mismatch');
  expect(error.hint).toContain('Nothing of it was used');
});

it('is a release that is not there', () => {
  const said =
    'go: k8s.io/kubernetes@v1.99.1: reading https://proxy.example/k8s.io/kubernetes/@v/v1.99.1.info: 404 Not Found';
  const error = moduleError(wanted, said, 'https://proxy.example', undefined);
  expect(error.message).toBe('the Go module proxy does not have k8s.io/kubernetes v1.37.2');
  expect(error.hint).toContain('typing error');
});

it('may be a release that is not there, or access that is denied, where a proxy forbids it', () => {
  const said =
    'go: k8s.io/kubernetes@v1.99.1: reading https://proxy.example/k8s.io/kubernetes/@v/v1.99.1.info: 403 Forbidden';
  const error = moduleError(wanted, said, 'https://proxy.example', undefined);
  expect(error.message).toContain('does not have k8s.io/kubernetes v1.37.2, or does not let you have it');
  expect(error.hint).toMatch(/typing error.*403 Forbidden/s);
});

it('is the way to the proxy otherwise', () => {
  const said = 'dial tcp: lookup proxy.example: no such host';
  const error = moduleError(wanted, said, 'https://proxy.example', undefined);
  expect(error.message).toContain('cannot be fetched');
  expect(error.detail).toBe(`${said}\n\nGOPROXY=https://proxy.example`);
});

it('never shows what a proxy lets somebody in by', () => {
  const proxies = 'https://ada:s3cret@a.example/go|https://t0ken@b.example,https://c.example,direct';
  const said =
    'go: x@v1: Get "https://t0ken@b.example/x/@v/v1.info": dial tcp: lookup b.example: no such host';
  const error = moduleError(wanted, said, proxies, undefined);
  expect(error.detail).toContain('Get "https://********@b.example/x/@v/v1.info": dial tcp');
  expect(error.detail).toContain(
    'GOPROXY=https://********@a.example/go|https://********@b.example,https://c.example,direct',
  );
  expect(error.detail).not.toMatch(/ada|s3cret|t0ken/);
});
