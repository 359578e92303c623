-- What was learned of how likely lines are to be denied, what it makes of each claim, and which claims are to be scored anew.

-- The latest version is in use; a few before it are kept. See models.* .
CREATE TABLE risk_models (
    version INTEGER PRIMARY KEY,
    model TEXT NOT NULL CHECK (json_valid(model)),
    -- The last episode that was learned from, or up to which one learned anew did no better.
    last_episode INTEGER NOT NULL CHECK (last_episode >= 0),
    trained_at TEXT NOT NULL CHECK (trained_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(trained_at) IS NOT NULL)
) STRICT;

-- Not known of scores from before.
ALTER TABLE risk_scores ADD COLUMN denial_probability REAL CHECK (denial_probability BETWEEN 0 AND 1);
ALTER TABLE risk_scores ADD COLUMN expected_loss INTEGER CHECK (expected_loss >= 0);

-- Something changed that scores rest on: the claims of this scope that no payer answered are scored anew, the newest first.
-- See score_renewals.* .
CREATE TABLE score_renewals (
    -- 'all', 'payer:' and its row, or 'practice:' and its id.
    scope TEXT PRIMARY KEY CHECK (scope = 'all' OR scope GLOB 'payer:?*' OR scope GLOB 'practice:?*'),
    -- Claims from this row on are done.
    below_claim INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What of the program and its settings the scores rest on: the version, and the weights.
CREATE TABLE score_basis (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    basis TEXT NOT NULL
) STRICT;

-- The model says what was learned from.
DROP INDEX payer_histories_last_episode;
ALTER TABLE payer_histories DROP COLUMN last_episode;
