import { describe, expect, it } from 'vitest';
import { checksumOf } from '../../../src/download/checksum.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);

describe('the checksum', () => {
  it('is all of the text where it has a digest alone', () => {
    for (const text of [a, `${a}\n`, `  \n${a.toUpperCase()}  \r\n`, `\uFEFF${a}`]) {
      expect(checksumOf(text)).toBe(a);
      expect(checksumOf(text, 'kubeadm')).toBe(a);
    }
  });

  it('is that of the file in a list, as text or binary, with or without directories', () => {
    const list = `${b}  kubelet\n${a} *kubeadm\r\n\n${b}  linux/amd64/kubectl\n`;
    expect(checksumOf(list, 'kubeadm')).toBe(a);
    expect(checksumOf(list, 'kubectl')).toBe(b);
    expect(checksumOf(list, 'amd64/kubectl')).toBe(b);
    expect(checksumOf(`${a}  ./a name with spaces`, 'a name with spaces')).toBe(a);
  });

  it('is found in a list that carries its signature', () => {
    const signature =
      '-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n';
    const list = `${a}  runc.amd64\n${b}  runc.arm64\n`;
    const signed = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${list}${signature}`;
    for (const text of [signed, signed.replaceAll('\n', '\r\n')]) {
      expect(checksumOf(text, 'runc.amd64')).toBe(a);
      expect(checksumOf(text, 'runc.arm64')).toBe(b);
    }
  });

  it('is that of the only file when none is named', () => {
    expect(checksumOf(`${a}  kubeadm\n`)).toBe(a);
  });

  it.each([
    ['', undefined, 'the checksum file is empty'],
    ['\n \n', 'kubeadm', 'the checksum file is empty'],
    [`${a}  kubelet\n`, 'kubeadm', 'the checksum file has no row for kubeadm'],
    [`${a}  old-kubeadm\n`, 'kubeadm', 'the checksum file has no row for kubeadm'],
    [`${a}  a/kubeadm\n${b}  b/kubeadm\n`, 'kubeadm', 'the checksum file has different rows for kubeadm'],
    [`${a}  x\n${b}  y\n`, undefined, 'the checksum file has several rows, and none was asked for'],
    [`${a}  x\n<html>`, 'x', 'line 2 of the checksum file has no SHA-256: it looks like a web page'],
    [a.slice(1), undefined, 'line 1 of the checksum file has no SHA-256'],
    [`${a}${a}`, undefined, 'line 1 of the checksum file has no SHA-256'],
    [`${a} kubeadm`, 'kubeadm', 'line 1 of the checksum file has no SHA-256'],
  ])('of %j for %s is refused', (text, name, message) => {
    expect(() => checksumOf(text, name)).toThrow(new Error(message));
  });
});
