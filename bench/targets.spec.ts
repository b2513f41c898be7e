import { describe, expect, it } from '@jest/globals';
import { readArguments } from './arguments.js';
import { Report } from './report.js';
import { targetsOf } from './targets.js';

describe('the promises of the benchmark', () => {
  it('differ by engine, at their limits too', () => {
    const holds = (engine: 'sqlite' | 'elasticsearch', value: number): boolean | undefined => targetsOf(engine).search?.holds(value);
    expect([15, 15.1, 40, 40.1].map((time) => [holds('elasticsearch', time), holds('sqlite', time)])).toEqual([
      [true, true],
      [false, true],
      [false, true],
      [false, false],
    ]);
    expect(targetsOf('elasticsearch').importRatio?.holds(0.49)).toBe(false);
    expect(targetsOf('elasticsearch').rankingDifference?.holds(-0.011)).toBe(false);
    expect(targetsOf('sqlite').loadMemory).toBeNull();
  });

  it('give no verdict without a target, and count what is not sound as missed', () => {
    const report = new Report(() => {});
    report.begin('part');
    report.promise('none', null, 1, '1');
    report.promise('kept', targetsOf('sqlite').search, 1, '1');
    expect(report.failures).toBe(0);
    report.promise('unsound', null, 1, '1', false);
    report.promise('not measured', targetsOf('sqlite').search, NaN, 'NaN');
    expect(report.failures).toBe(2);
    expect(report.summary()).toContain('| none | - | 1 | - |');
  });
});

describe('the options of the benchmark', () => {
  it('choose the engine and its usual parts', () => {
    const parts = (...line: string[]): string[] => [...readArguments(line).parts];
    expect(parts('--messages', '1000')).toContain('wecom');
    expect(parts('--engine', 'elasticsearch')).not.toContain('wecom');
    expect(parts('--engine', 'elasticsearch', '--only', 'wecom')).toEqual(['wecom']);
    expect(() => readArguments(['--engine', 'lucene'])).toThrow('there is no engine lucene');
  });

  it('give a larger archive a larger server', () => {
    expect(readArguments(['--messages', '20000']).heap).toBe('1g');
    expect(readArguments([]).heap).toBe('3g');
    expect(readArguments(['--heap', '2g']).heap).toBe('2g');
  });
});
