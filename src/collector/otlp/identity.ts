import { createHash } from 'node:crypto';
import { type AccountId, accountId } from '../../model/ids.ts';
import type { UsageItem } from '../../model/usage-item.ts';
import { Email, Text } from '../wire-schemas.ts';
import type { Attributes } from './attributes.ts';

/** Whose record it is, as far as it says: attributes of the record, then those of its resource. */
export function identityOf(record: Attributes, resource: Attributes): Omit<UsageItem, 'fact'> {
  const account = textOf(record['user.account_uuid'] ?? resource['user.account_uuid']);
  const email = textOf(record['user.email'] ?? resource['user.email']);
  return {
    email: email === undefined ? undefined : Email.safeParse(email).data,
    account: account === undefined ? undefined : hashedAccount(account),
    clientVersion: clientVersionOf(record, resource),
  };
}

export function clientVersionOf(record: Attributes, resource: Attributes): string | undefined {
  return textOf(record['app.version']) ?? textOf(resource['service.version']);
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : Text.safeParse(value).data;
}

/** 128 bits of SHA-256 tell accounts apart without naming them. */
function hashedAccount(uuid: string): AccountId {
  return accountId(createHash('sha256').update(uuid).digest('hex').slice(0, 32));
}
