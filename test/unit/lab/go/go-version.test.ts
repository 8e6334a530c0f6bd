// Which compiler a module is compiled with.
import { describe, expect, it } from 'vitest';
import { chooseToolchain, isGoSince, parseGoVersion, standInFor } from '../../../../src/lab/go/go-version.ts';

it('is read from what go says of itself, on this architecture alone', () => {
  expect(parseGoVersion('go version go1.26.8 linux/amd64\n')).toBe('1.26.8');
  expect(parseGoVersion('go version go1.26 X:nocoverageredesign linux/amd64')).toBe('1.26');
  expect(parseGoVersion('go version go1.26.8 linux/arm64')).toBeUndefined();
  expect(parseGoVersion('gcc (Debian) 12.2.0')).toBeUndefined();
  expect(parseGoVersion('')).toBeUndefined();
});

it('is compared by number', () => {
  expect(isGoSince('1.21', '1.21')).toBe(true);
  expect(isGoSince('1.21.0', '1.21')).toBe(true);
  expect(isGoSince('1.9.7', '1.21')).toBe(false);
  expect(isGoSince('1.26.8', '1.26.10')).toBe(false);
});

describe('the toolchain of a module', () => {
  it('is the compiler at hand when that has the tested minor and is as new as go.mod asks', () => {
    expect(chooseToolchain('1.26.8', { least: '1.26.0', tested: '1.26.10' })).toBe('local');
  });

  it('is the tested one when the compiler at hand is of another minor, older or newer', () => {
    expect(chooseToolchain('1.24.4', { least: '1.26.0', tested: '1.26.10' })).toBe('go1.26.10');
    expect(chooseToolchain('1.26.8', { least: '1.19', tested: '1.20.7' })).toBe('go1.20.7');
  });

  it('is the tested one when the compiler at hand is older than go.mod asks', () => {
    expect(chooseToolchain('1.26.1', { least: '1.26.5', tested: '1.26.10' })).toBe('go1.26.10');
  });

  it('follows go.mod alone where nobody says what was tested', () => {
    expect(chooseToolchain('1.26.8', { least: '1.25.0' })).toBe('local');
    expect(chooseToolchain('1.26.8', {})).toBe('local');
    expect(chooseToolchain('1.24.4', { least: '1.26.3' })).toBe('go1.26.3');
    expect(chooseToolchain('1.24.4', { least: '1.25' })).toBe('go1.25.0');
  });

  it('may be stood in for by the last one of its minor, where that is known', () => {
    expect(standInFor('go1.19.6')).toBe('go1.19.13');
    expect(standInFor('go1.19.13')).toBeUndefined();
    expect(standInFor('go1.26.1')).toBeUndefined();
  });
});
