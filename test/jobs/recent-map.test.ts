import { expect, test } from 'vitest';
import { createRecentMap } from '../../src/jobs/recent-map.ts';

function filled() {
  const map = createRecentMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  return map;
}

test('of more than it keeps, what came first is forgotten', () => {
  const map = filled();
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 2, 3]);
});

test('unless it was asked for since', () => {
  const map = filled();
  map.get('a');
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
});

test('where all were asked for, it is what came first', () => {
  const map = filled();
  map.get('b');
  map.get('a');
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 2, 3]);
});

test('what was asked for long ago is forgotten', () => {
  const map = filled();
  map.get('a');
  map.set('c', 3);
  map.get('c');
  map.set('d', 4);
  expect([map.get('a'), map.get('c'), map.get('d')]).toEqual([undefined, 3, 4]);
});

test('what was set again has its new value, and counts as asked for', () => {
  const map = filled();
  map.set('a', 4);
  map.set('c', 3);
  expect([map.get('a'), map.get('b')]).toEqual([4, undefined]);
});

test('what was deleted is gone', () => {
  const map = filled();
  map.delete('b');
  map.delete('nobody');
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
});
