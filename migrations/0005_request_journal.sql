-- Requests that were accepted and are in none of their tables yet, and in no sum (usage_hours, prompts, version_days):
-- those are written once for many commits. A row for each commit; src/store/request-journal.ts tells what is in it.
CREATE TABLE request_journal (
  id       INTEGER PRIMARY KEY,
  requests TEXT NOT NULL
) STRICT;

-- Requests are settled for a part of all developers at a time: developer_id % 32. Those of a part are, up to this row.
CREATE TABLE settled_up_to (
  part       INTEGER PRIMARY KEY,
  journal_id INTEGER NOT NULL
) STRICT;

WITH RECURSIVE parts AS (SELECT 0 AS part UNION ALL SELECT part + 1 FROM parts WHERE part < 31)
INSERT INTO settled_up_to SELECT part, 0 FROM parts;
