import { describe, expect, test } from 'vitest';
import { invalidReasons } from '../../../src/workspace/validation/invalid-reasons.ts';
import { home, message, modal, section } from './blocks.ts';

const shown = message(section('*Ann* rewrites 300k tokens'));
const metadata = { event_type: 'notice', event_payload: { notice_id: 'n1' } };
const view = modal();

describe('a Web API call', () => {
  test.each<[method: string, args: Record<string, unknown>]>([
    ['chat.postMessage', { channel: 'C1', ...shown, metadata }],
    [
      'chat.postMessage',
      { channel: 'C1', text: 'x', blocks: JSON.stringify(shown.blocks), metadata: JSON.stringify(metadata) },
    ],
    ['chat.update', { channel: 'C1', ts: '1.2', text: 'x' }],
    ['chat.postEphemeral', { channel: 'C1', user: 'U1', text: 'x' }],
    ['views.publish', { user_id: 'U1', view: JSON.stringify(home(section('x'))) }],
    ['views.open', { trigger_id: 't', view }],
    ['views.push', { interactivity_pointer: 'p', view }],
    ['views.update', { view_id: 'V1', view }],
    ['auth.test', {}],
  ])('of %s with good arguments is valid', (method, args) => {
    expect(invalidReasons(method, args)).toEqual([]);
  });

  type Refused = { method: string; fault: string; args: Record<string, unknown>; reason: string };

  test.each<Refused>([
    { method: 'chat.postMessage', fault: 'no channel', args: { text: 'x' }, reason: 'channel is missing' },
    { method: 'chat.update', fault: 'no ts', args: { channel: 'C1', text: 'x' }, reason: 'ts is missing' },
    { method: 'chat.postEphemeral', fault: 'no user', args: { channel: 'C1', text: 'x' }, reason: 'user is missing' },
    {
      method: 'chat.postMessage',
      fault: 'a bad block as JSON',
      args: { channel: 'C1', text: 'x', blocks: '[{"type":"x"}]' },
      reason: 'blocks[0]: type "x" is not known here',
    },
    {
      method: 'chat.postMessage',
      fault: 'broken JSON',
      args: { channel: 'C1', text: 'x', blocks: '[{' },
      reason: 'blocks: must be an array',
    },
    {
      method: 'views.publish',
      fault: 'a modal',
      args: { user_id: 'U1', view },
      reason: 'view.type: must be "home" in this method',
    },
    {
      method: 'views.open',
      fault: 'a home tab',
      args: { trigger_id: 't', view: home(section('x')) },
      reason: 'view.type: must be "modal" in this method',
    },
    {
      method: 'views.open',
      fault: 'no trigger',
      args: { view },
      reason: 'trigger_id or interactivity_pointer is missing',
    },
    { method: 'views.update', fault: 'no view', args: { view_id: 'V1' }, reason: 'view is missing' },
  ])('of $method with $fault is refused', ({ method, args, reason }) => {
    expect(invalidReasons(method, args)).toEqual([reason]);
  });
});
