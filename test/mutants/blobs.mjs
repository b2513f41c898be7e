/** Broken references to attachment bytes: each loses bytes that a message needs, or keeps some that none does. */
const REFERENCES = 'src/blobs/blob-references.spec.ts';
const SWEEP = 'test/blobs/sweep.spec.ts';
const MERGE = 'src/ingest/merge-message.spec.ts';
const at = (name) => `src/blobs/${name}.ts`;

export default [
  {
    name: 'one path per hash',
    file: at('blob-record'),
    find: "randomBytes(8).toString('hex')",
    replace: "randomBytes(0).toString('hex') + 'ab'",
    suite: REFERENCES,
  },
  {
    name: 'bytes are removed by a count outside the compare-and-set',
    file: at('blob-references'),
    find: '    let known: KnownBlob = await this.records.change(sha256, (record) => {',
    replace:
      '    const { generation, references } = (await this.records.read(sha256)).value;\n' +
      '    const isLast = references.every((token) => tokens.has(token));\n' +
      '    if (isLast && generation !== null) await this.store.remove({ sha256, generation });\n' +
      '    let known: KnownBlob = await this.records.change(sha256, (record) => {',
    suite: REFERENCES,
  },
  {
    name: 'bytes are stored before they are named',
    file: at('blob-references'),
    find: '    const { generation, state } = await this.name(sha256, token);',
    replace:
      "    const file = await source();\n    if (file !== null) await this.store.put({ sha256, generation: 'ab' }, file);\n    await file?.close();\n" +
      '    const { generation, state } = await this.name(sha256, token);',
    suite: REFERENCES,
  },
  {
    name: 'what was stored too late stays',
    file: at('blob-references'),
    find: 'if (value.generation !== place.generation) await',
    replace: 'if (value.generation === place.generation && value.state === \'filling\') await',
    suite: REFERENCES,
  },
  {
    name: 'a token is used again after a refusal',
    file: 'src/ingest/refer-to-media.ts',
    find: 'if (old === undefined || sha256 === null) return bytes;',
    replace: 'if (old === undefined || sha256 === null || old.token === token) return bytes;',
    suite: SWEEP,
  },
  {
    name: 'references of a refused write are not given back',
    file: 'src/ingest/store-batch.ts',
    find: 'if (unused.length > 0) await media.release(unused);',
    replace: 'if (unused.length > 9_999) await media.release(unused);',
    suite: SWEEP,
  },
  {
    name: 'a sweep without a touch',
    file: at('sweep-blobs'),
    find: 'suspects.map(({ token }) => messageIdOf(token))',
    replace: 'suspects.slice(0, 0).map(({ token }) => messageIdOf(token))',
    suite: SWEEP,
  },
  {
    name: 'a sweep trusts a catalog that was lost',
    file: at('sweep-blobs'),
    find: '      await requireReferences(batch, tools);\n',
    replace: '      await requireReferences(batch.slice(0, 0), tools);\n',
    suite: SWEEP,
  },
  {
    name: 'bytes of earlier versions have no reference',
    file: at('blob-records'),
    find: 'isLegacy ? LEGACY_BLOB : EMPTY_BLOB',
    replace: 'isLegacy ? { ...LEGACY_BLOB, references: [] } : EMPTY_BLOB',
    suite: SWEEP,
  },
  {
    name: 'a generation ends although a part has references',
    file: at('blob-parts'),
    find: 'references.length > 0 ? null : { isClosed: true, references }',
    replace: 'references.length > 9_999 ? null : { isClosed: true, references }',
    suite: REFERENCES,
  },
  {
    name: 'a closed part takes tokens',
    file: at('blob-parts'),
    find: 'isClosed ? null : { isClosed, references: [...references, token] }',
    replace: 'isClosed && references.length > 0 ? null : { isClosed, references: [...references, token] }',
    suite: REFERENCES,
  },
  {
    name: 'bytes that lose in a merge are given up',
    file: 'src/ingest/merge-message.ts',
    find: '...(otherBytes.length > 0 && { otherBytes }),',
    replace: '...(otherBytes.length > 9_999 && { otherBytes }),',
    suite: SWEEP,
  },
  {
    name: 'a merge takes the reference that arrives',
    file: 'src/ingest/merge-message.ts',
    find: '(one, other) => (one.token === null ? other : one),',
    replace: '(one, other) => (other.token === null ? one : other),',
    suite: MERGE,
  },
  {
    name: 'references are part of the content',
    file: 'src/ingest/merge-message.ts',
    find: 'attachments: message.attachments.map(withoutTokens),',
    replace: 'attachments: message.attachments.map((one) => [one, withoutTokens(one)]),',
    suite: MERGE,
  },
];
