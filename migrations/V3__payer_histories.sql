-- What each payer's answers tell of how its claims have to look, learned anew after imports; see payer_histories.* .

CREATE TABLE payer_histories (
    payer_id INTEGER PRIMARY KEY REFERENCES payers (id) ON DELETE CASCADE,
    history TEXT NOT NULL CHECK (json_valid(history)),
    -- The last episode that was learned from.
    last_episode INTEGER NOT NULL CHECK (last_episode >= 0),
    learned_at TEXT NOT NULL CHECK (learned_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(learned_at) IS NOT NULL)
) STRICT;

-- payer_histories.learned_until.
CREATE INDEX payer_histories_last_episode ON payer_histories (last_episode);
