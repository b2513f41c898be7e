import { describe, expect, it } from '@jest/globals';
import { describeEnvironment, loadEnvironment } from './env.js';

describe('loadEnvironment', () => {
  it('has a default for everything', () => {
    expect(loadEnvironment({ PATH: '/bin', HOLDFAST_PORT: '' })).toMatchObject({
      HOLDFAST_DATA_DIR: './holdfast-data',
      HOLDFAST_ENGINE: 'sqlite',
      HOLDFAST_PORT: 4000,
      HOLDFAST_EXPLORER: true,
    });
  });

  it('reads numbers and switches', () => {
    expect(loadEnvironment({ HOLDFAST_PORT: '0', HOLDFAST_EXPLORER: 'false', HOLDFAST_DATA_DIR: '/a b' })).toMatchObject({
      HOLDFAST_PORT: 0,
      HOLDFAST_EXPLORER: false,
      HOLDFAST_DATA_DIR: '/a b',
    });
  });

  it.each([
    ['HOLDFAST_PORT', 'http'],
    ['HOLDFAST_PORT', '70000'],
    ['HOLDFAST_PORT', '-1'],
    ['HOLDFAST_PORT', '1.5'],
    ['HOLDFAST_PORT', '0x10'],
    ['HOLDFAST_EXPLORER', 'yes'],
    ['HOLDFAST_ENGINE', 'oracle'],
    ['HOLDFAST_SEARCH_PROCESSES', '0'],
    ['HOLDFAST_LOG_LEVEL', 'loud'],
    ['HOLDFAST_DATADIR', '/data'],
    ['HOLDFAST_APPROVER', ' \u3000'],
    ['HOLDFAST_APPROVER', 'Li\nWei'],
  ])('refuses %s=%s by its name', (name, value) => {
    expect(() => loadEnvironment({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(name) }),
    );
  });

  it.each(['ADMINISTRATOR ', 'Ａdministrator', 'a d m i n i s t r a t o r', 'Admin\u200bistrator', 'Administrator'])(
    'takes %j for the administrator',
    (approver) => {
      expect(() => loadEnvironment({ HOLDFAST_APPROVER: approver })).toThrow(/two people/);
    },
  );

  it('names every bad variable at once', () => {
    expect(() => loadEnvironment({ HOLDFAST_PORT: 'x', HOLDFAST_ENGINE: 'y' })).toThrow(/HOLDFAST_ENGINE.*HOLDFAST_PORT/s);
  });
});

describe('describeEnvironment', () => {
  it('has a line on every variable', () => {
    expect(describeEnvironment().filter(({ description }) => description.length < 10)).toEqual([]);
    expect(describeEnvironment().map(({ name }) => name)).toContain('HOLDFAST_DATA_DIR');
  });
});
