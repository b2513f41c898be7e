import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { consistencySpans, inclusionSpans, provesConsistency, provesInclusion, type Span } from './merkle-proofs.js';
import { EMPTY_ROOT, leafHash, MerkleRange } from './merkle-tree.js';

/** The published vectors of RFC 6962's reference implementation. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const hashes = LEAVES.map((leaf) => leafHash(Buffer.from(leaf, 'hex')));

/** RFC 6962, 2.1, word for word. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest();
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const sides = [treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split))];
  return createHash('sha256').update(Buffer.of(1)).update(Buffer.concat(sides)).digest();
}

const rootOf = (size: number, leaves = hashes): Buffer => treeHash(leaves.slice(0, size));
const pathOf = (spans: readonly Span[], leaves = hashes): Buffer[] => spans.map(({ from, to }) => treeHash(leaves.slice(from, to)));
const inclusion = (index: number, size: number): Buffer[] => pathOf(inclusionSpans(index, size));
const hex = (path: readonly Buffer[]): string[] => path.map((hash) => hash.toString('hex').slice(0, 8));
const many = Array.from({ length: 40 }, (_, index) => leafHash(`leaf ${index}`));

describe('MerkleRange', () => {
  it('gives the published roots', () => {
    const range = new MerkleRange();
    expect(EMPTY_ROOT.toString('hex')).toBe(ROOTS[0]);
    expect(range.root().toString('hex')).toBe(ROOTS[0]);
    hashes.forEach((hash, index) => {
      range.append(hash);
      expect(range.root().toString('hex')).toBe(ROOTS[index + 1]);
      expect(range.size).toBe(index + 1);
    });
  });

  it('takes whole subtrees', () => {
    const range = new MerkleRange();
    range.append(treeHash(many.slice(0, 16)), 4);
    range.append(treeHash(many.slice(16, 32)), 4);
    many.slice(32).forEach((hash) => range.append(hash));
    expect(range.root()).toEqual(treeHash(many));
    expect(range.size).toBe(many.length);
  });
});

describe('inclusion proofs', () => {
  it.each<[number, number, string[]]>([
    [0, 1, []],
    [0, 8, ['96a296d2', '5f083f0a', '6b47aaf2']],
    [5, 8, ['bc1a0643', 'ca854ea1', 'd37ee418']],
    [2, 3, ['fac54203']],
    [1, 5, ['6e340b9c', '5f083f0a', 'bc1a0643']],
    [5, 7, ['bc1a0643', 'b08693ec', 'd37ee418']],
  ])('gives the published path of leaf %i of %i', (index, size, path) => {
    expect(hex(inclusion(index, size))).toEqual(path);
  });

  it('proves every leaf of every tree, and no other leaf, place, size or root', () => {
    for (let size = 1; size <= many.length; size += 1) {
      const root = treeHash(many.slice(0, size));
      for (let index = 0; index < size; index += 1) {
        const path = pathOf(inclusionSpans(index, size), many);
        expect(provesInclusion(many[index]!, index, size, path, root)).toBe(true);
        expect(provesInclusion(leafHash('another'), index, size, path, root)).toBe(false);
        expect(provesInclusion(many[index]!, (index + 1) % size, size, path, root)).toBe(size === 1);
        expect(provesInclusion(many[index]!, index, size, path, leafHash('another'))).toBe(false);
      }
    }
  });

  const path = inclusion(5, 7);
  it.each<[string, number, number, Buffer[]]>([
    ['another place', 4, 7, path],
    ['a tree without leaves', 0, 0, []],
    ['a place behind the tree', 7, 7, path],
    ['a negative place', -1, 7, path],
    ['half a place', 5.5, 7, path],
    ['another size', 5, 5, path],
    ['one sibling too many', 5, 7, [...path, path[0]!]],
    ['a missing sibling', 5, 7, path.slice(1)],
    ['swapped siblings', 5, 7, [path[1]!, path[0]!, path[2]!]],
  ])('refuses %s', (_what, index, size, given) => {
    expect(provesInclusion(hashes[5]!, index, size, given, rootOf(7))).toBe(false);
    expect(provesInclusion(hashes[5]!, 5, 7, path, rootOf(7))).toBe(true);
  });

  it('does not take an inner node for a leaf', () => {
    const content = Buffer.concat([hashes[0]!, hashes[1]!]);
    expect(provesInclusion(leafHash(content), 0, 2, [pathOf([{ from: 2, to: 4 }])[0]!], rootOf(4))).toBe(false);
    expect(leafHash(content)).not.toEqual(rootOf(2));
    expect(leafHash(Buffer.concat([Buffer.of(1), content]))).not.toEqual(rootOf(2));
  });
});

describe('consistency proofs', () => {
  it.each<[number, number, string[]]>([
    [1, 1, []],
    [1, 8, ['96a296d2', '5f083f0a', '6b47aaf2']],
    [6, 8, ['0ebc5d34', 'ca854ea1', 'd37ee418']],
    [2, 5, ['5f083f0a', 'bc1a0643']],
    [3, 7, ['0298d122', '07506a85', 'fac54203', '837dbb15']],
  ])('gives the published path from %i to %i', (older, size, path) => {
    expect(hex(pathOf(consistencySpans(older, size)))).toEqual(path);
  });

  it('proves every beginning of every tree, and nothing else', () => {
    for (let size = 1; size <= many.length; size += 1) {
      const newer = { size, root: treeHash(many.slice(0, size)) };
      for (let older = 1; older <= size; older += 1) {
        const path = pathOf(consistencySpans(older, size), many);
        const before = { size: older, root: treeHash(many.slice(0, older)) };
        expect(provesConsistency(before, newer, path)).toBe(true);
        expect(provesConsistency({ ...before, root: leafHash('another') }, newer, path)).toBe(false);
        expect(provesConsistency(before, { ...newer, root: leafHash('another') }, path)).toBe(false);
        expect(provesConsistency(before, newer, [...path, newer.root])).toBe(false);
        if (path.length > 0) expect(provesConsistency(before, newer, path.slice(1))).toBe(false);
      }
    }
    expect(provesConsistency({ size: 0, root: EMPTY_ROOT }, { size: 1, root: many[0]! }, [])).toBe(false);
    expect(provesConsistency({ size: 2, root: rootOf(2) }, { size: 1, root: rootOf(1) }, [])).toBe(false);
  });
});
