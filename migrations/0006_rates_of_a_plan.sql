-- A rate names the plan that it was learnt on: whoever asks what colleagues on a plan learnt reads a few of their rates, and
-- not all of the plan's people.
ALTER TABLE exchange_rates ADD COLUMN plan TEXT;

UPDATE exchange_rates
SET plan = (SELECT plan FROM developers WHERE developers.id = exchange_rates.developer_id);

CREATE INDEX exchange_rates_of_plan ON exchange_rates (plan, window_kind, learnt_at);
