// The table of checked versions in the docs says what the kept results say.
import { describe, expect, it } from 'vitest';
import { documentsDigest } from '../../versions/check-programs.ts';
import { loadResults, type VersionResult } from '../../versions/results.ts';
import { checkedPage } from '../../versions/table.ts';

it('docs/reference/versions-checked.md is that of the results', async () => {
  await expect(checkedPage(loadResults())).toMatchFileSnapshot('../../../docs/reference/versions-checked.md');
});

it('no version whose documents were read had a problem with them', () => {
  const problems = Object.values(loadResults()).flatMap((one) => ('problems' in one ? one.problems : []));
  expect(problems).toEqual([]);
});

describe('checkedPage', () => {
  const row = (result: VersionResult) =>
    checkedPage({ '1.37': result })
      .split('\n')
      .find((line) => line.startsWith('| 1.37'));
  const checked = {
    version: 'v1.37.2',
    documents: documentsDigest('v1.37.2'),
    judgedBy: 'config validate' as const,
    scenarios: ['single'],
    warnings: ['IPVS mode is deprecated'],
    problems: [],
  };

  it('says who judged which clusters, and which warnings came', () => {
    expect(row(checked)).toBe(
      '| 1.37.2 | v1beta4 | yes (`config validate`) | single | IPVS mode is deprecated |',
    );
  });

  it('says when other documents than today’s were read', () => {
    expect(row({ ...checked, documents: 'other' })).toContain(', documents before their last change)');
  });

  it('says which patch was checked when a newer one is known', () => {
    expect(row({ ...checked, version: 'v1.37.0' })).toContain('`config validate`, 1.37.0');
  });

  it('says why a version could not be compiled', () => {
    expect(row({ version: 'v1.37.2', notBuilt: 'no module' })).toContain('| no: no module |');
  });

  it('says what has not been checked yet, and what cannot be', () => {
    const page = checkedPage({});
    expect(page).toContain('| 1.37.2 | v1beta4 | not yet |');
    expect(page).toContain('| 1.15.12 | v1beta2 | no: too old to be compiled from modules |');
  });
});
