-- What makes every question a search: indexes, and counts that are kept up instead of counted.
--
-- Lists show the newest first, which is the order of the row numbers: a row's created_at is never earlier than that of
-- the row before it. So an index on a filter's column has its rows in the order of the list, without created_at in it.

UPDATE claims SET created_at = ordered.created_at
FROM (SELECT id, max(created_at) OVER (ORDER BY id) AS created_at FROM claims) AS ordered
WHERE ordered.id = claims.id AND ordered.created_at > claims.created_at;
UPDATE remittances SET created_at = ordered.created_at
FROM (SELECT id, max(created_at) OVER (ORDER BY id) AS created_at FROM remittances) AS ordered
WHERE ordered.id = remittances.id AND ordered.created_at > remittances.created_at;
UPDATE claim_episodes SET created_at = ordered.created_at
FROM (SELECT id, max(created_at) OVER (ORDER BY id) AS created_at FROM claim_episodes) AS ordered
WHERE ordered.id = claim_episodes.id AND ordered.created_at > claim_episodes.created_at;

------------------------------------------------------------------------------------------------------------ indexes

-- claims.page_of_group, claims.count_span: any mix of filters; is there a claim of this payer; merging payers.
DROP INDEX claims_payer_id;
CREATE INDEX claims_payer_id_status ON claims (payer_id, status, provider_id, practice_id);
-- claims.page_of_provider.
CREATE INDEX claims_provider_id ON claims (provider_id);
-- claims.page_of_practice.
CREATE INDEX claims_practice_id ON claims (practice_id);
-- claims.first_since, claims.last_until: which row numbers a span of time has.
CREATE INDEX claims_created_at ON claims (created_at);
-- claims.page_denied, claims.unlinked, risk_scores.unscored: the worklists.
CREATE INDEX claims_denied ON claims (status) WHERE status = 'denied';
CREATE INDEX claims_unlinked ON claims (is_linked) WHERE is_linked = 0;
CREATE INDEX claims_unscored ON claims (is_scored) WHERE is_scored = 0;

-- remittances.page_of_group, remittances.count_span; merging payers.
DROP INDEX remittances_payer_id;
CREATE INDEX remittances_payer_id_status ON remittances (payer_id, status);
-- remittances.first_since, remittances.last_until.
CREATE INDEX remittances_created_at ON remittances (created_at);

-- episodes.page_of_status.
CREATE INDEX claim_episodes_status ON claim_episodes (status);
-- episodes.first_since, episodes.last_until.
CREATE INDEX claim_episodes_created_at ON claim_episodes (created_at);

-- A score of a claim that another submission took the place of is not shown among the riskiest.
ALTER TABLE risk_scores ADD COLUMN is_superseded INTEGER NOT NULL DEFAULT 0 CHECK (is_superseded IN (0, 1));
UPDATE risk_scores SET is_superseded = 1
WHERE claim_id IN (SELECT id FROM claims WHERE status IN ('replaced', 'voided', 'repeat'));
-- risk_scores.riskiest, risk_scores.riskiest_after.
DROP INDEX risk_scores_overall_score;
CREATE INDEX risk_scores_riskiest ON risk_scores (overall_score) WHERE is_superseded = 0;
-- overview.last_scored_at.
CREATE INDEX risk_scores_calculated_at ON risk_scores (calculated_at);

------------------------------------------------------------------------------------------------------------- counts

-- How many claims there are of each mix of what lists filter by, in each block of 4096 row numbers: the total of a list,
-- and where a page far down begins, without counting claims. 0 and '' stand for what is not known. Amounts count up to
-- ten trillion either way, so that no file of nonsense overflows a sum.
CREATE TABLE claim_counts (
    block INTEGER NOT NULL,
    payer_id INTEGER NOT NULL,
    status TEXT NOT NULL,
    provider_id INTEGER NOT NULL,
    practice_id TEXT NOT NULL,
    claims INTEGER NOT NULL CHECK (claims >= 0),
    unlinked INTEGER NOT NULL CHECK (unlinked BETWEEN 0 AND claims),
    charge INTEGER NOT NULL,
    PRIMARY KEY (block, payer_id, status, provider_id, practice_id)
) STRICT, WITHOUT ROWID;

INSERT INTO claim_counts
SELECT id >> 12, ifnull(payer_id, 0), status, ifnull(provider_id, 0), ifnull(practice_id, ''), count(*),
       count(*) FILTER (WHERE is_linked = 0),
       sum(max(-1000000000000000, min(1000000000000000, total_charge_amount)))
FROM claims GROUP BY 1, 2, 3, 4, 5;

CREATE TRIGGER claims_counted AFTER INSERT ON claims BEGIN
    INSERT INTO claim_counts
    VALUES (NEW.id >> 12, ifnull(NEW.payer_id, 0), NEW.status, ifnull(NEW.provider_id, 0), ifnull(NEW.practice_id, ''),
            1, NEW.is_linked = 0, max(-1000000000000000, min(1000000000000000, NEW.total_charge_amount)))
    ON CONFLICT DO UPDATE
    SET claims = claims + 1, unlinked = unlinked + excluded.unlinked, charge = charge + excluded.charge;
END;

CREATE TRIGGER claims_discounted AFTER DELETE ON claims BEGIN
    UPDATE claim_counts
    SET claims = claims - 1, unlinked = unlinked - (OLD.is_linked = 0),
        charge = charge - max(-1000000000000000, min(1000000000000000, OLD.total_charge_amount))
    WHERE block = OLD.id >> 12 AND payer_id = ifnull(OLD.payer_id, 0) AND status = OLD.status
      AND provider_id = ifnull(OLD.provider_id, 0) AND practice_id = ifnull(OLD.practice_id, '');
END;

CREATE TRIGGER claims_recounted AFTER UPDATE OF payer_id, status, provider_id, practice_id, total_charge_amount ON claims
BEGIN
    UPDATE claim_counts
    SET claims = claims - 1, unlinked = unlinked - (OLD.is_linked = 0),
        charge = charge - max(-1000000000000000, min(1000000000000000, OLD.total_charge_amount))
    WHERE block = OLD.id >> 12 AND payer_id = ifnull(OLD.payer_id, 0) AND status = OLD.status
      AND provider_id = ifnull(OLD.provider_id, 0) AND practice_id = ifnull(OLD.practice_id, '');
    INSERT INTO claim_counts
    VALUES (NEW.id >> 12, ifnull(NEW.payer_id, 0), NEW.status, ifnull(NEW.provider_id, 0), ifnull(NEW.practice_id, ''),
            1, OLD.is_linked = 0, max(-1000000000000000, min(1000000000000000, NEW.total_charge_amount)))
    ON CONFLICT DO UPDATE
    SET claims = claims + 1, unlinked = unlinked + excluded.unlinked, charge = charge + excluded.charge;
END;

CREATE TRIGGER claims_linked AFTER UPDATE OF is_linked ON claims WHEN NEW.is_linked <> OLD.is_linked BEGIN
    UPDATE claim_counts SET unlinked = unlinked + (NEW.is_linked = 0) - (OLD.is_linked = 0)
    WHERE block = NEW.id >> 12 AND payer_id = ifnull(NEW.payer_id, 0) AND status = NEW.status
      AND provider_id = ifnull(NEW.provider_id, 0) AND practice_id = ifnull(NEW.practice_id, '');
END;

CREATE TRIGGER claims_superseded AFTER UPDATE OF status ON claims
WHEN (NEW.status IN ('replaced', 'voided', 'repeat')) <> (OLD.status IN ('replaced', 'voided', 'repeat')) BEGIN
    UPDATE risk_scores SET is_superseded = NEW.status IN ('replaced', 'voided', 'repeat') WHERE claim_id = NEW.id;
END;

-- The same for remittances, ...
CREATE TABLE remittance_counts (
    block INTEGER NOT NULL,
    payer_id INTEGER NOT NULL,
    status TEXT NOT NULL,
    remittances INTEGER NOT NULL CHECK (remittances >= 0),
    unlinked INTEGER NOT NULL CHECK (unlinked BETWEEN 0 AND remittances),
    paid INTEGER NOT NULL,
    PRIMARY KEY (block, payer_id, status)
) STRICT, WITHOUT ROWID;

INSERT INTO remittance_counts
SELECT id >> 12, ifnull(payer_id, 0), status, count(*), count(*) FILTER (WHERE link_state <> 'linked'),
       sum(max(-1000000000000000, min(1000000000000000, payment_amount)))
FROM remittances GROUP BY 1, 2, 3;

CREATE TRIGGER remittances_counted AFTER INSERT ON remittances BEGIN
    INSERT INTO remittance_counts
    VALUES (NEW.id >> 12, ifnull(NEW.payer_id, 0), NEW.status, 1, NEW.link_state <> 'linked',
            max(-1000000000000000, min(1000000000000000, NEW.payment_amount)))
    ON CONFLICT DO UPDATE
    SET remittances = remittances + 1, unlinked = unlinked + excluded.unlinked, paid = paid + excluded.paid;
END;

CREATE TRIGGER remittances_discounted AFTER DELETE ON remittances BEGIN
    UPDATE remittance_counts
    SET remittances = remittances - 1, unlinked = unlinked - (OLD.link_state <> 'linked'),
        paid = paid - max(-1000000000000000, min(1000000000000000, OLD.payment_amount))
    WHERE block = OLD.id >> 12 AND payer_id = ifnull(OLD.payer_id, 0) AND status = OLD.status;
END;

CREATE TRIGGER remittances_recounted AFTER UPDATE OF payer_id, status, payment_amount ON remittances BEGIN
    UPDATE remittance_counts
    SET remittances = remittances - 1, unlinked = unlinked - (OLD.link_state <> 'linked'),
        paid = paid - max(-1000000000000000, min(1000000000000000, OLD.payment_amount))
    WHERE block = OLD.id >> 12 AND payer_id = ifnull(OLD.payer_id, 0) AND status = OLD.status;
    INSERT INTO remittance_counts
    VALUES (NEW.id >> 12, ifnull(NEW.payer_id, 0), NEW.status, 1, OLD.link_state <> 'linked',
            max(-1000000000000000, min(1000000000000000, NEW.payment_amount)))
    ON CONFLICT DO UPDATE
    SET remittances = remittances + 1, unlinked = unlinked + excluded.unlinked, paid = paid + excluded.paid;
END;

CREATE TRIGGER remittances_linked AFTER UPDATE OF link_state ON remittances
WHEN (NEW.link_state = 'linked') <> (OLD.link_state = 'linked') BEGIN
    UPDATE remittance_counts SET unlinked = unlinked + (NEW.link_state <> 'linked') - (OLD.link_state <> 'linked')
    WHERE block = NEW.id >> 12 AND payer_id = ifnull(NEW.payer_id, 0) AND status = NEW.status;
END;

-- ... for episodes, ...
CREATE TABLE episode_counts (
    block INTEGER NOT NULL,
    status TEXT NOT NULL,
    episodes INTEGER NOT NULL CHECK (episodes >= 0),
    PRIMARY KEY (block, status)
) STRICT, WITHOUT ROWID;

INSERT INTO episode_counts SELECT id >> 12, status, count(*) FROM claim_episodes GROUP BY 1, 2;

CREATE TRIGGER claim_episodes_counted AFTER INSERT ON claim_episodes BEGIN
    INSERT INTO episode_counts VALUES (NEW.id >> 12, NEW.status, 1) ON CONFLICT DO UPDATE SET episodes = episodes + 1;
END;

CREATE TRIGGER claim_episodes_discounted AFTER DELETE ON claim_episodes BEGIN
    UPDATE episode_counts SET episodes = episodes - 1 WHERE block = OLD.id >> 12 AND status = OLD.status;
END;

CREATE TRIGGER claim_episodes_recounted AFTER UPDATE OF status ON claim_episodes WHEN NEW.status <> OLD.status BEGIN
    UPDATE episode_counts SET episodes = episodes - 1 WHERE block = OLD.id >> 12 AND status = OLD.status;
    INSERT INTO episode_counts VALUES (NEW.id >> 12, NEW.status, 1) ON CONFLICT DO UPDATE SET episodes = episodes + 1;
END;

-- ... and for scores, by level, in one row each.
CREATE TABLE risk_counts (
    is_superseded INTEGER NOT NULL,
    risk_level TEXT NOT NULL,
    scores INTEGER NOT NULL CHECK (scores >= 0),
    PRIMARY KEY (is_superseded, risk_level)
) STRICT, WITHOUT ROWID;

INSERT INTO risk_counts SELECT is_superseded, risk_level, count(*) FROM risk_scores GROUP BY 1, 2;

CREATE TRIGGER risk_scores_counted AFTER INSERT ON risk_scores BEGIN
    INSERT INTO risk_counts VALUES (NEW.is_superseded, NEW.risk_level, 1) ON CONFLICT DO UPDATE SET scores = scores + 1;
END;

CREATE TRIGGER risk_scores_discounted AFTER DELETE ON risk_scores BEGIN
    UPDATE risk_counts SET scores = scores - 1 WHERE is_superseded = OLD.is_superseded AND risk_level = OLD.risk_level;
END;

CREATE TRIGGER risk_scores_recounted AFTER UPDATE OF is_superseded, risk_level ON risk_scores
WHEN NEW.is_superseded <> OLD.is_superseded OR NEW.risk_level <> OLD.risk_level BEGIN
    UPDATE risk_counts SET scores = scores - 1 WHERE is_superseded = OLD.is_superseded AND risk_level = OLD.risk_level;
    INSERT INTO risk_counts VALUES (NEW.is_superseded, NEW.risk_level, 1) ON CONFLICT DO UPDATE SET scores = scores + 1;
END;
