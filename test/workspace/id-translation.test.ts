import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createIdTranslation } from '../../src/workspace/id-translation.ts';

function translation() {
  const ids = createIdTranslation();
  ids.pair('U_ADA', 'U123');
  ids.pair('C_QUOTA', 'C456');
  ids.pair('1700000000.000100', '1800000000.000001');
  return ids;
}

describe('translating ids', () => {
  test('arguments that name a user, a conversation or a message reach the emulator with its ids', () => {
    const args = { channel: 'C_QUOTA', user: 'U_ADA', users: 'U_ADA,U_ELSE', thread_ts: '1700000000.000100', limit: 5 };

    expect(translation().toEmulator(args)).toEqual({
      channel: 'C456',
      user: 'U123',
      users: 'U123,U_ELSE',
      thread_ts: '1800000000.000001',
      limit: 5,
    });
    expect(translation().toEmulator({ users: ['U_ADA'] })).toEqual({ users: ['U123'] });
  });

  test('answers reach the app with its ids, however deep they stand', () => {
    const answer = {
      ok: true,
      channel: { id: 'C456', members: ['U123', 'U999'] },
      messages: [{ ts: '1800000000.000001', user: 'U123' }],
    };

    expect(translation().toApp(answer)).toEqual({
      ok: true,
      channel: { id: 'C_QUOTA', members: ['U_ADA', 'U999'] },
      messages: [{ ts: '1700000000.000100', user: 'U_ADA' }],
    });
  });

  test('what the app wrote itself is handed back as it was, even if it looks like an id', () => {
    const message = {
      text: 'U123',
      blocks: [{ type: 'actions', elements: [{ value: '1800000000.000001' }] }],
      metadata: { event_type: 'x', event_payload: { user: 'U123' } },
    };

    expect(translation().toApp({ message })).toEqual({ message });
    expect(translation().toEmulator(message)).toEqual(message);
  });

  test('an emulated ts that equals another message’s stable ts is not confused with it', () => {
    const ids = createIdTranslation();
    ids.pair('1700000000.000001', '1800000000.000001');
    ids.pair('1800000000.000001', '1800000000.000002');

    expect(ids.toEmulator({ ts: '1800000000.000001' })).toEqual({ ts: '1800000000.000002' });
    expect(ids.toApp({ ts: '1800000000.000001' })).toEqual({ ts: '1700000000.000001' });
  });

  test('there and back again changes nothing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[A-Z0-9.]{1,12}$/), { minLength: 2, maxLength: 20 }), (names) => {
        const ids = createIdTranslation();
        for (const [index, name] of names.entries()) ids.pair(name, `emulated-${index}`);
        for (const ts of names) expect(ids.toApp(ids.toEmulator({ ts }))).toEqual({ ts });
      }),
    );
  });
});
