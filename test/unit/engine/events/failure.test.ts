// How what was thrown becomes part of an event.
import { expect, it } from 'vitest';
import { BootstrapError } from '../../../../src/core/errors.ts';
import { asBootstrapError, errorView } from '../../../../src/engine/events/failure.ts';

it('leaves out what an error does not tell', () => {
  expect(errorView(new BootstrapError('lock.held', 'locked'))).toEqual({
    code: 'lock.held',
    message: 'locked',
  });
  const untold = { owner: undefined, ageSeconds: undefined };
  expect(errorView(new BootstrapError('lock.held', 'locked', { data: untold }))).not.toHaveProperty('data');
  const partly = { owner: undefined, ageSeconds: 60 };
  expect(errorView(new BootstrapError('lock.held', 'locked', { data: partly })).data).toEqual({
    ageSeconds: 60,
  });
});

it('takes what is no error of ours for a bug, and keeps it as the cause', () => {
  const cause = new TypeError('x is not a function');
  expect(asBootstrapError(cause)).toMatchObject({
    code: 'internal',
    message: 'this is a bug in ipvs-bootstrap: x is not a function',
    hint: undefined,
    cause,
  });
});
