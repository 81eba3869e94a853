-- Requests that the sums (usage_hours, prompts, version_days) do not count yet: sums are written once for many commits.
-- After a crash these are counted anew. A row for each commit: [developer_id, ended_at, nth] of each of its requests.
CREATE TABLE uncounted (
  id       INTEGER PRIMARY KEY,
  requests TEXT NOT NULL
) STRICT;
