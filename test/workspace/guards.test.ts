import { expect, test } from 'vitest';
import { isLoopbackHost, reasonToRefuse } from '../../src/workspace/guards.ts';

test.for([
  { peerAddress: '127.0.0.1', host: 'localhost:3000', origin: undefined },
  { peerAddress: '::ffff:127.0.0.1', host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' },
  { peerAddress: '::1', host: '[::1]:3000', origin: 'http://[::1]:3000' },
  { peerAddress: '127.0.0.1', host: 'localhost', origin: 'http://localhost' },
])('lets in $peerAddress asking $host from $origin', (origins) => {
  expect(reasonToRefuse(origins)).toBeUndefined();
});

test.for([
  { peerAddress: '10.0.0.7', host: 'localhost', origin: undefined, reason: 'this machine' },
  { peerAddress: undefined, host: 'localhost', origin: undefined, reason: 'this machine' },
  { peerAddress: '127.0.0.1', host: undefined, origin: undefined, reason: 'localhost' },
  { peerAddress: '127.0.0.1', host: 'quota.example', origin: undefined, reason: 'localhost' },
  { peerAddress: '127.0.0.1', host: '127.0.0.1.quota.example', origin: undefined, reason: 'localhost' },
  { peerAddress: '127.0.0.1', host: 'localhost:x', origin: undefined, reason: 'localhost' },
  { peerAddress: '127.0.0.1', host: 'localhost:3000', origin: 'http://localhost:4000', reason: 'own page' },
  { peerAddress: '127.0.0.1', host: 'localhost:3000', origin: 'null', reason: 'own page' },
])('refuses $peerAddress asking $host from $origin', ({ reason, ...origins }) => {
  expect(reasonToRefuse(origins)).toContain(reason);
});

test.for([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['[::1]', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.0.1', false],
] as const)('HOST %s is loopback: %s', ([host, expected]) => {
  expect(isLoopbackHost(host)).toBe(expected);
});
