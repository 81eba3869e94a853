import { expect, test } from 'vitest';
import { createRecentMap } from '../../src/jobs/recent-map.ts';

function filled() {
  const map = createRecentMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  return map;
}

test('of more than it keeps, what was asked for longest ago is forgotten', () => {
  const map = filled();
  map.get('a');
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
});

test('asking twice for the newest changes no order', () => {
  const map = filled();
  map.get('b');
  map.get('b');
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 2, 3]);
});

test('what was set again is the newest, with its new value', () => {
  const map = filled();
  map.set('a', 4);
  map.set('c', 3);
  expect([map.get('a'), map.get('b')]).toEqual([4, undefined]);
});

test('what was deleted is gone, the newest too', () => {
  const map = filled();
  map.delete('b');
  map.delete('nobody');
  expect([map.get('a'), map.get('b')]).toEqual([1, undefined]);
});
