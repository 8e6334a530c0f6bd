import { describe, expect, it } from 'vitest';
import { checkNames, choosePhases } from '../../../src/app/choose-phases.ts';

const phases = ['preflight', 'load-kernel-modules', 'verify'].map((name) => ({
  name,
  title: name,
  tasks: [],
}));
const names = (choice: Parameters<typeof choosePhases>[1]): readonly string[] =>
  choosePhases(phases, choice).map(({ name }) => name);

describe('choosePhases', () => {
  it('takes all phases when nothing is chosen', () => {
    expect(names({})).toEqual(['preflight', 'load-kernel-modules', 'verify']);
  });

  it('takes the chosen ones in the order of the playbook', () => {
    expect(names({ only: ['verify', 'preflight'] })).toEqual(['preflight', 'verify']);
  });

  it('leaves out those to skip', () => {
    expect(names({ skip: ['verify'] })).toEqual(['preflight', 'load-kernel-modules']);
  });

  it('refuses a name that no phase has, and says which is near', () => {
    expect(() => names({ skip: ['verfy'] })).toThrow(
      expect.objectContaining({
        code: 'usage',
        errors: [expect.objectContaining({ hint: 'Did you mean "verify"?' })],
      }) as Error,
    );
  });
});

describe('checkNames', () => {
  it('names all that are unknown at once', () => {
    expect(() => {
      checkNames('host', ['x9', 'master1', 'y9'], ['master1']);
    }).toThrow('2 problems found');
  });
});
