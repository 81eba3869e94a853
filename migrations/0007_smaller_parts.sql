-- Requests are settled for a smaller part of all developers at a time, developer_id % 128, so that no commit takes much longer
-- than others for it. Those of a new part are settled as far as those of the one that it was in.
WITH RECURSIVE parts AS (SELECT 32 AS part UNION ALL SELECT part + 1 FROM parts WHERE part < 127)
INSERT INTO settled_up_to
SELECT parts.part, whole.journal_id FROM parts JOIN settled_up_to AS whole ON whole.part = parts.part % 32;
