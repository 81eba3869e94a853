/** Requests that are in the journal alone, as `entry`: a part of all developers has its turn in one of the next commits. */
const JOURNALLED = `
  SELECT value AS entry
  FROM request_journal, json_each(requests), settled_up_to
  WHERE part = (value ->> 0) % (SELECT count(*) FROM settled_up_to) AND journal_id < request_journal.id
`;

/** How many are in the journal alone. */
export const COUNT_OF_JOURNALLED = `SELECT count(*) FROM (${JOURNALLED})`;

/** Every request that a database keeps, wherever it is. */
export const ALL_REQUESTS = `(
  SELECT developer_id, session, agent, prompt_id, ended_at, input_tokens, output_tokens, cache_read_tokens,
    cache_creation_tokens, cost_micros
  FROM api_requests
  UNION ALL
  SELECT entry ->> 0, session, agent, prompt_id, entry ->> 1, entry ->> 10, entry ->> 11, entry ->> 12, entry ->> 13,
    entry ->> 16
  FROM (${JOURNALLED}) JOIN callers ON callers.id = entry ->> 3
)`;

/** The same by their request ids, as far as they have any. */
export const NAMED_REQUESTS = `(
  SELECT CAST(name AS TEXT) AS request_id, developer_id, session, agent, prompt_id, ended_at, input_tokens,
    output_tokens, cache_read_tokens, cache_creation_tokens, cost_micros
  FROM request_names JOIN api_requests USING (developer_id, ended_at, nth)
  WHERE is_client = 0
  UNION ALL
  SELECT entry ->> 8, entry ->> 0, session, agent, prompt_id, entry ->> 1, entry ->> 10, entry ->> 11, entry ->> 12,
    entry ->> 13, entry ->> 16
  FROM (${JOURNALLED}) JOIN callers ON callers.id = entry ->> 3
  WHERE entry ->> 8 IS NOT NULL
)`;
