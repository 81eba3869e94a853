import { hash } from 'node:crypto';
import { z } from 'zod';
import { type AccountId, accountId } from '../../model/ids.ts';
import type { UsageItem } from '../../model/usage-item.ts';
import { Email, Text } from '../wire-schemas.ts';
import type { Attributes } from './attributes.ts';

const CompiledText = z.compile(Text, { strict: true });
const CompiledEmail = z.compile(Email, { strict: true });

/** Whose record it is, as far as it says: attributes of the record, then those of its resource. */
export function identityOf(record: Attributes, resource: Attributes): Omit<UsageItem, 'fact'> {
  const account = textOf(record['user.account_uuid'] ?? resource['user.account_uuid']);
  const email = textOf(record['user.email'] ?? resource['user.email']);
  return {
    email: email === undefined ? undefined : CompiledEmail.safeParse(email).data,
    account: account === undefined ? undefined : hashedAccount(account),
    clientVersion: clientVersionOf(record, resource),
  };
}

export function clientVersionOf(record: Attributes, resource: Attributes): string | undefined {
  return textOf(record['app.version']) ?? textOf(resource['service.version']);
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : CompiledText.safeParse(value).data;
}

/** 128 bits of SHA-256 tell accounts apart without naming them. */
function hashedAccount(uuid: string): AccountId {
  return accountId(hash('sha256', uuid, 'hex').slice(0, 32));
}
