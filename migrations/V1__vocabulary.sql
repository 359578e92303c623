-- The whole vocabulary: who pays, who treats, what was billed, what was answered, how they belong together.
--
-- Money is INTEGER cents, units are INTEGER thousandths. A date is a text that date() gives back unchanged, a
-- timestamp is UTC with milliseconds and so sorts as text. A text that a file left out is NULL. Checks do without
-- strftime('%f') and json_valid(NULL), whose answers differ between versions of SQLite: the integrity_check of another
-- version would complain.
-- *_key columns hold a normalised form that is only ever compared.

---------------------------------------------------------------------------------------------------- received files

CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    task_id TEXT GENERATED ALWAYS AS ('imp-' || id) VIRTUAL,
    filename TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
    file_size INTEGER NOT NULL CHECK (file_size >= 0),
    kind TEXT CHECK (kind <> ''),
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'duplicate')),
    -- How many items of the file (claims, payment heads, remittances, payment ends) are stored: where to go on.
    position INTEGER NOT NULL DEFAULT 0 CHECK (position >= 0),
    claims_stored INTEGER NOT NULL DEFAULT 0 CHECK (claims_stored >= 0),
    remittances_stored INTEGER NOT NULL DEFAULT 0 CHECK (remittances_stored >= 0),
    episodes_linked INTEGER NOT NULL DEFAULT 0 CHECK (episodes_linked >= 0),
    claims_scored INTEGER NOT NULL DEFAULT 0 CHECK (claims_scored >= 0),
    tally TEXT CHECK (tally IS NULL OR json_valid(tally)),
    message TEXT,
    practice_id TEXT CHECK (practice_id <> ''),
    duplicate_of INTEGER REFERENCES imports (id) ON DELETE CASCADE,
    received_at TEXT NOT NULL CHECK (received_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(received_at) IS NOT NULL),
    started_at TEXT CHECK (started_at IS NULL OR (started_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(started_at) IS NOT NULL)),
    finished_at TEXT CHECK (finished_at IS NULL OR (finished_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(finished_at) IS NOT NULL)),
    CHECK ((state = 'duplicate') = (duplicate_of IS NOT NULL)),
    CHECK ((state IN ('done', 'failed', 'duplicate')) = (finished_at IS NOT NULL))
) STRICT;

-- The same bytes are taken in once; a file that failed may be sent again.
CREATE UNIQUE INDEX imports_sha256 ON imports (sha256) WHERE state IN ('queued', 'running', 'done');
-- What is waiting for its turn.
CREATE INDEX imports_waiting ON imports (id) WHERE state IN ('queued', 'running');
CREATE INDEX imports_duplicate_of ON imports (duplicate_of) WHERE duplicate_of IS NOT NULL;

------------------------------------------------------------------------------------------------------ who is named

CREATE TABLE payers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    rules TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(rules)),
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(updated_at) IS NOT NULL)
) STRICT;

-- Every id and name by which a payer is known. A payer's number and an originator's tax id are different kinds, so
-- that equal digits of different kinds do not meet.
CREATE TABLE payer_aliases (
    id INTEGER PRIMARY KEY,
    payer_id INTEGER NOT NULL REFERENCES payers (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('id', 'tax_id', 'name')),
    qualifier TEXT CHECK (qualifier <> ''),
    value_key TEXT NOT NULL CHECK (value_key <> ''),
    value TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('837', '835', 'person')),
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    UNIQUE (kind, value_key)
) STRICT;

CREATE INDEX payer_aliases_payer_id ON payer_aliases (payer_id);

-- Each distinct way in which files name a payer, kept once and pointed to by claims, payments and remittances.
CREATE TABLE payer_spellings (
    id INTEGER PRIMARY KEY,
    payer_id INTEGER REFERENCES payers (id) ON DELETE SET NULL,
    name TEXT CHECK (name <> ''),
    ids TEXT NOT NULL CHECK (json_valid(ids))
) STRICT;

CREATE UNIQUE INDEX payer_spellings_once ON payer_spellings (ids, ifnull(name, ''));
CREATE INDEX payer_spellings_payer_id ON payer_spellings (payer_id);

CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    payer_id INTEGER NOT NULL REFERENCES payers (id) ON DELETE CASCADE,
    filing_indicator TEXT NOT NULL,
    group_number TEXT NOT NULL,
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    UNIQUE (payer_id, filing_indicator, group_number)
) STRICT;

CREATE TABLE providers (
    id INTEGER PRIMARY KEY,
    npi TEXT UNIQUE CHECK (npi <> ''),
    tax_id TEXT CHECK (tax_id <> ''),
    name TEXT CHECK (name <> ''),
    first_name TEXT CHECK (first_name <> ''),
    name_key TEXT NOT NULL,
    is_person INTEGER NOT NULL CHECK (is_person IN (0, 1)),
    taxonomy TEXT CHECK (taxonomy <> ''),
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(updated_at) IS NOT NULL)
) STRICT;

CREATE INDEX providers_name_key ON providers (name_key, tax_id);

-- Each distinct way in which files name a provider, kept once.
CREATE TABLE provider_spellings (
    id INTEGER PRIMARY KEY,
    provider_id INTEGER REFERENCES providers (id) ON DELETE SET NULL,
    is_person INTEGER NOT NULL CHECK (is_person IN (0, 1)),
    name TEXT CHECK (name <> ''),
    first_name TEXT CHECK (first_name <> ''),
    npi TEXT CHECK (npi <> ''),
    tax_id TEXT CHECK (tax_id <> ''),
    taxonomy TEXT CHECK (taxonomy <> ''),
    other_id TEXT CHECK (other_id <> '')
) STRICT;

CREATE UNIQUE INDEX provider_spellings_once ON provider_spellings (
    ifnull(npi, ''), ifnull(name, ''), ifnull(first_name, ''), ifnull(tax_id, ''), ifnull(taxonomy, ''),
    ifnull(other_id, ''), is_person
);
CREATE INDEX provider_spellings_provider_id ON provider_spellings (provider_id);

CREATE TABLE practice_configs (
    practice_id TEXT PRIMARY KEY CHECK (practice_id <> ''),
    rules TEXT NOT NULL CHECK (json_valid(rules)),
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(updated_at) IS NOT NULL)
) STRICT, WITHOUT ROWID;

--------------------------------------------------------------------------------------------------- what was billed

CREATE TABLE claims (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    practice_id TEXT CHECK (practice_id <> ''),
    payer_id INTEGER REFERENCES payers (id),
    plan_id INTEGER REFERENCES plans (id),
    provider_id INTEGER REFERENCES providers (id),
    rendering_provider_id INTEGER REFERENCES providers (id),
    kind TEXT NOT NULL CHECK (kind IN ('professional', 'institutional', 'dental')),
    status TEXT NOT NULL CHECK (status IN ('submitted', 'paid', 'partly_denied', 'denied', 'reversed', 'replaced',
                                           'voided', 'repeat', 'predetermination')),
    patient_control_number TEXT NOT NULL,
    claim_control_number TEXT GENERATED ALWAYS AS (patient_control_number) VIRTUAL,
    control_number_key TEXT NOT NULL,
    total_charge_amount INTEGER NOT NULL,
    facility_type_code TEXT,
    claim_frequency_type TEXT,
    provider_signature TEXT,
    assignment_code TEXT,
    benefits_assignment TEXT,
    release_of_information TEXT,
    is_predetermination INTEGER NOT NULL CHECK (is_predetermination IN (0, 1)),
    payer_claim_control_number TEXT,
    payer_number_key TEXT CHECK (payer_number_key <> ''),
    prior_authorization TEXT,
    referral_number TEXT,
    clearinghouse_trace TEXT,
    medical_record_number TEXT,
    statement_date TEXT CHECK (statement_date IS date(statement_date)),
    statement_date_to TEXT CHECK (statement_date_to IS date(statement_date_to)),
    admission_date TEXT CHECK (admission_date IS date(admission_date)),
    discharge_date TEXT CHECK (discharge_date IS date(discharge_date)),
    onset_date TEXT CHECK (onset_date IS date(onset_date)),
    submission_date TEXT CHECK (submission_date IS date(submission_date)),
    service_date TEXT CHECK (service_date IS date(service_date)),
    service_date_to TEXT CHECK (service_date_to IS date(service_date_to)),
    group_number TEXT,
    filing_indicator TEXT,
    responsibility TEXT NOT NULL CHECK (responsibility IN ('primary', 'secondary', 'tertiary')),
    subscriber_last_name TEXT,
    subscriber_first_name TEXT,
    subscriber_member_id TEXT,
    subscriber_birth_date TEXT CHECK (subscriber_birth_date IS date(subscriber_birth_date)),
    subscriber_sex TEXT,
    -- The patient's own columns are filled only where the patient is not the subscriber.
    patient_is_dependent INTEGER NOT NULL CHECK (patient_is_dependent IN (0, 1)),
    patient_last_name TEXT,
    patient_first_name TEXT,
    patient_member_id TEXT,
    patient_birth_date TEXT CHECK (patient_birth_date IS date(patient_birth_date)),
    patient_sex TEXT,
    subscriber_member_key TEXT CHECK (subscriber_member_key <> ''),
    patient_member_key TEXT CHECK (patient_member_key <> ''),
    payer_spelling_id INTEGER NOT NULL REFERENCES payer_spellings (id),
    billing_spelling_id INTEGER NOT NULL REFERENCES provider_spellings (id),
    rendering_spelling_id INTEGER REFERENCES provider_spellings (id),
    referring_spelling_id INTEGER REFERENCES provider_spellings (id),
    supervising_spelling_id INTEGER REFERENCES provider_spellings (id),
    attending_spelling_id INTEGER REFERENCES provider_spellings (id),
    operating_spelling_id INTEGER REFERENCES provider_spellings (id),
    facility_spelling_id INTEGER REFERENCES provider_spellings (id),
    byte INTEGER NOT NULL CHECK (byte >= 0),
    segment INTEGER NOT NULL CHECK (segment >= 0),
    interchange_control TEXT,
    transaction_control TEXT,
    is_incomplete INTEGER NOT NULL CHECK (is_incomplete IN (0, 1)),
    -- Kept by triggers, so that worklists are index ranges instead of searches for what is missing.
    is_linked INTEGER NOT NULL DEFAULT 0 CHECK (is_linked IN (0, 1)),
    is_scored INTEGER NOT NULL DEFAULT 0 CHECK (is_scored IN (0, 1)),
    parsing_warnings TEXT CHECK (parsing_warnings IS NULL OR json_valid(parsing_warnings)),
    -- The earlier submission that this one replaces, voids or repeats.
    supersedes_claim_id INTEGER REFERENCES claims (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(updated_at) IS NOT NULL),
    CHECK (patient_is_dependent = 1 OR (patient_last_name IS NULL AND patient_first_name IS NULL
           AND patient_member_id IS NULL AND patient_birth_date IS NULL AND patient_sex IS NULL))
) STRICT;

-- Linking, rule 1, and earlier submissions under the same number.
CREATE INDEX claims_control_number_key ON claims (control_number_key);
-- Linking, rule 2: REF*F8 against CLP07.
CREATE INDEX claims_payer_number_key ON claims (payer_number_key) WHERE payer_number_key IS NOT NULL;
-- Linking, rule 3.
CREATE INDEX claims_subscriber ON claims (subscriber_member_key, service_date, total_charge_amount)
    WHERE subscriber_member_key IS NOT NULL;
CREATE INDEX claims_patient ON claims (patient_member_key, service_date, total_charge_amount)
    WHERE patient_member_key IS NOT NULL;
-- Taking an import back; merging payers; what took a claim's place.
CREATE INDEX claims_import_id ON claims (import_id);
CREATE INDEX claims_payer_id ON claims (payer_id);
CREATE INDEX claims_plan_id ON claims (plan_id) WHERE plan_id IS NOT NULL;
CREATE INDEX claims_supersedes ON claims (supersedes_claim_id) WHERE supersedes_claim_id IS NOT NULL;

CREATE TABLE claim_lines (
    id INTEGER PRIMARY KEY,
    claim_id INTEGER NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    -- The place among the claim's lines; line_number is what LX01 says.
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    line_number INTEGER NOT NULL CHECK (line_number >= 0),
    procedure_qualifier TEXT,
    procedure_code TEXT,
    modifiers TEXT, -- joined by ':'
    revenue_code TEXT,
    charge_amount INTEGER NOT NULL,
    unit TEXT,
    quantity INTEGER,
    place_of_service TEXT,
    diagnosis_pointers TEXT CHECK (diagnosis_pointers NOT GLOB '*[^0-9:]*'), -- joined by ':'
    service_date TEXT CHECK (service_date IS date(service_date)),
    service_date_to TEXT CHECK (service_date_to IS date(service_date_to)),
    line_item_control_number TEXT,
    prior_authorization TEXT,
    rendering_spelling_id INTEGER REFERENCES provider_spellings (id),
    byte INTEGER NOT NULL CHECK (byte >= 0),
    segment INTEGER NOT NULL CHECK (segment >= 0),
    UNIQUE (claim_id, sequence)
) STRICT;

CREATE TABLE diagnoses (
    claim_id INTEGER NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    role TEXT NOT NULL CHECK (role IN ('principal', 'admitting', 'reason_for_visit', 'external_cause', 'other')),
    qualifier TEXT NOT NULL,
    code TEXT NOT NULL,
    present_on_admission TEXT,
    PRIMARY KEY (claim_id, sequence)
) STRICT, WITHOUT ROWID;

-- Other payers of a claim (loop 2320): their money, never this claim's own answer.
CREATE TABLE claim_other_payers (
    claim_id INTEGER NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    responsibility TEXT NOT NULL CHECK (responsibility IN ('primary', 'secondary', 'tertiary')),
    payer_spelling_id INTEGER NOT NULL REFERENCES payer_spellings (id),
    payment_amount INTEGER,
    PRIMARY KEY (claim_id, sequence)
) STRICT, WITHOUT ROWID;

-- What other payers took off the claim (loop 2320) or one of its lines (loop 2430).
CREATE TABLE claim_other_adjustments (
    claim_id INTEGER NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    other_payer INTEGER,
    line INTEGER,
    group_code TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    amount INTEGER NOT NULL,
    quantity INTEGER,
    PRIMARY KEY (claim_id, sequence),
    FOREIGN KEY (claim_id, other_payer) REFERENCES claim_other_payers (claim_id, sequence) ON DELETE CASCADE,
    FOREIGN KEY (claim_id, line) REFERENCES claim_lines (claim_id, sequence) ON DELETE CASCADE,
    CHECK ((other_payer IS NULL) <> (line IS NULL))
) STRICT, WITHOUT ROWID;

------------------------------------------------------------------------------------------------- what was answered

CREATE TABLE payments (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    payer_id INTEGER REFERENCES payers (id),
    payer_spelling_id INTEGER NOT NULL REFERENCES payer_spellings (id),
    payee_provider_id INTEGER REFERENCES providers (id),
    payee_spelling_id INTEGER NOT NULL REFERENCES provider_spellings (id),
    amount INTEGER NOT NULL,
    method TEXT,
    payment_date TEXT CHECK (payment_date IS date(payment_date)),
    check_number TEXT,
    production_date TEXT CHECK (production_date IS date(production_date)),
    -- Known once the transaction has been read to its end.
    is_closed INTEGER NOT NULL DEFAULT 0 CHECK (is_closed IN (0, 1)),
    remittances_paid INTEGER NOT NULL DEFAULT 0,
    provider_adjustment_total INTEGER NOT NULL DEFAULT 0,
    imbalance INTEGER,
    byte INTEGER NOT NULL CHECK (byte >= 0),
    segment INTEGER NOT NULL CHECK (segment >= 0),
    interchange_control TEXT,
    transaction_control TEXT,
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    CHECK (is_closed = (imbalance IS NOT NULL))
) STRICT;

CREATE INDEX payments_import_id ON payments (import_id);
CREATE INDEX payments_payer_id ON payments (payer_id);

CREATE TABLE provider_adjustments (
    payment_id INTEGER NOT NULL REFERENCES payments (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    provider_identifier TEXT,
    fiscal_period TEXT CHECK (fiscal_period IS date(fiscal_period)),
    reason_code TEXT NOT NULL,
    reference TEXT,
    amount INTEGER NOT NULL,
    PRIMARY KEY (payment_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE remittances (
    id INTEGER PRIMARY KEY,
    payment_id INTEGER NOT NULL REFERENCES payments (id) ON DELETE CASCADE,
    payer_id INTEGER REFERENCES payers (id),
    status TEXT NOT NULL CHECK (status IN ('paid', 'partly_denied', 'denied', 'reversal', 'predetermination',
                                           'not_our_claim')),
    link_state TEXT NOT NULL DEFAULT 'unlinked' CHECK (link_state IN ('linked', 'unlinked', 'ambiguous')),
    claim_control_number TEXT NOT NULL, -- CLP01
    control_number_key TEXT NOT NULL,
    remittance_control_number TEXT, -- CLP07
    payer_number_key TEXT CHECK (payer_number_key <> ''),
    status_code TEXT NOT NULL,
    charge_amount INTEGER NOT NULL,
    payment_amount INTEGER NOT NULL,
    patient_responsibility_amount INTEGER NOT NULL,
    imbalance INTEGER NOT NULL,
    denial_count INTEGER NOT NULL CHECK (denial_count >= 0),
    adjustment_count INTEGER NOT NULL CHECK (adjustment_count >= 0),
    filing_indicator TEXT,
    facility_type_code TEXT,
    claim_frequency_type TEXT,
    drg_code TEXT,
    patient_last_name TEXT,
    patient_first_name TEXT,
    patient_member_id TEXT,
    patient_birth_date TEXT CHECK (patient_birth_date IS date(patient_birth_date)),
    patient_sex TEXT,
    patient_member_key TEXT CHECK (patient_member_key <> ''),
    subscriber_member_key TEXT CHECK (subscriber_member_key <> ''),
    corrected_member_key TEXT CHECK (corrected_member_key <> ''),
    rendering_spelling_id INTEGER REFERENCES provider_spellings (id),
    crossover_spelling_id INTEGER REFERENCES payer_spellings (id),
    service_date TEXT CHECK (service_date IS date(service_date)),
    statement_date TEXT CHECK (statement_date IS date(statement_date)),
    statement_date_to TEXT CHECK (statement_date_to IS date(statement_date_to)),
    received_date TEXT CHECK (received_date IS date(received_date)),
    coverage_amount INTEGER,
    byte INTEGER NOT NULL CHECK (byte >= 0),
    segment INTEGER NOT NULL CHECK (segment >= 0),
    interchange_control TEXT,
    transaction_control TEXT,
    is_incomplete INTEGER NOT NULL CHECK (is_incomplete IN (0, 1)),
    parsing_warnings TEXT CHECK (parsing_warnings IS NULL OR json_valid(parsing_warnings)),
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(updated_at) IS NOT NULL)
) STRICT;

CREATE INDEX remittances_payment_id ON remittances (payment_id);
CREATE INDEX remittances_payer_id ON remittances (payer_id);
-- Linking when the claim comes second: rules 1 to 3 over what is not linked yet.
CREATE INDEX remittances_control_number_key ON remittances (control_number_key);
-- Linking, rule 2, from both sides: answers under the same number of the payer.
CREATE INDEX remittances_payer_number_key ON remittances (payer_number_key) WHERE payer_number_key IS NOT NULL;
CREATE INDEX remittances_patient ON remittances (patient_member_key, service_date)
    WHERE patient_member_key IS NOT NULL;
CREATE INDEX remittances_subscriber ON remittances (subscriber_member_key, service_date)
    WHERE subscriber_member_key IS NOT NULL;
CREATE INDEX remittances_corrected ON remittances (corrected_member_key, service_date)
    WHERE corrected_member_key IS NOT NULL;

-- Persons that few remittances name: the subscriber who is not the patient, and the insured as the payer corrects it.
CREATE TABLE remittance_persons (
    remittance_id INTEGER NOT NULL REFERENCES remittances (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('subscriber', 'corrected_insured')),
    last_name TEXT,
    first_name TEXT,
    member_id TEXT,
    birth_date TEXT CHECK (birth_date IS date(birth_date)),
    sex TEXT,
    PRIMARY KEY (remittance_id, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE service_payments (
    remittance_id INTEGER NOT NULL REFERENCES remittances (id) ON DELETE CASCADE,
    line_number INTEGER NOT NULL CHECK (line_number >= 1),
    procedure_qualifier TEXT,
    procedure_code TEXT,
    modifiers TEXT, -- joined by ':'
    billed_procedure_code TEXT,
    billed_modifiers TEXT, -- joined by ':'
    charge_amount INTEGER NOT NULL,
    payment_amount INTEGER NOT NULL,
    imbalance INTEGER NOT NULL,
    is_denied INTEGER NOT NULL CHECK (is_denied IN (0, 1)),
    revenue_code TEXT,
    units_paid INTEGER,
    units_billed INTEGER,
    service_date TEXT CHECK (service_date IS date(service_date)),
    service_date_to TEXT CHECK (service_date_to IS date(service_date_to)),
    line_item_control_number TEXT,
    allowed_amount INTEGER,
    byte INTEGER NOT NULL CHECK (byte >= 0),
    segment INTEGER NOT NULL CHECK (segment >= 0),
    PRIMARY KEY (remittance_id, line_number)
) STRICT, WITHOUT ROWID;

-- CAS; line_number is NULL for what stands at claim level.
CREATE TABLE adjustments (
    remittance_id INTEGER NOT NULL REFERENCES remittances (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    line_number INTEGER,
    group_code TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    amount INTEGER NOT NULL,
    quantity INTEGER,
    -- Whether it is a reason for which the claim or the line was denied.
    is_denial INTEGER NOT NULL CHECK (is_denial IN (0, 1)),
    PRIMARY KEY (remittance_id, sequence),
    FOREIGN KEY (remittance_id, line_number) REFERENCES service_payments (remittance_id, line_number)
        ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- MIA and MOA at claim level, LQ at line level.
CREATE TABLE remark_codes (
    remittance_id INTEGER NOT NULL REFERENCES remittances (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    line_number INTEGER,
    code TEXT NOT NULL,
    PRIMARY KEY (remittance_id, sequence),
    FOREIGN KEY (remittance_id, line_number) REFERENCES service_payments (remittance_id, line_number)
        ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- How many adjudicated lines there were and how many of them were denied, by procedure code ('' where the answer has
-- none) and, under '*', for all of a payer's procedures together.
-- Reversals, predeterminations, claims of others and answers of secondary payers are not counted.
CREATE TABLE denial_counts (
    payer_id INTEGER NOT NULL REFERENCES payers (id) ON DELETE CASCADE,
    procedure_code TEXT NOT NULL,
    adjudicated INTEGER NOT NULL CHECK (adjudicated >= 0),
    denied INTEGER NOT NULL CHECK (denied BETWEEN 0 AND adjudicated),
    PRIMARY KEY (payer_id, procedure_code)
) STRICT, WITHOUT ROWID;

CREATE INDEX denial_counts_procedure_code ON denial_counts (procedure_code);

-- How many of those denied lines were denied for which reason; a line denied for two reasons counts in both.
CREATE TABLE denial_reason_counts (
    payer_id INTEGER NOT NULL REFERENCES payers (id) ON DELETE CASCADE,
    procedure_code TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    denied INTEGER NOT NULL CHECK (denied >= 0),
    PRIMARY KEY (payer_id, procedure_code, reason_code)
) STRICT, WITHOUT ROWID;

-------------------------------------------------------------------------------------------- how they belong together

-- A remittance answers one claim, so its money is in one episode.
CREATE TABLE claim_episodes (
    id INTEGER PRIMARY KEY,
    claim_id INTEGER NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    remittance_id INTEGER NOT NULL UNIQUE REFERENCES remittances (id) ON DELETE CASCADE,
    status TEXT NOT NULL CHECK (status IN ('pending', 'linked', 'complete', 'denied')),
    payment_amount INTEGER NOT NULL,
    denial_count INTEGER NOT NULL CHECK (denial_count >= 0),
    adjustment_count INTEGER NOT NULL CHECK (adjustment_count >= 0),
    link_rule TEXT NOT NULL CHECK (link_rule IN ('control_number', 'payer_control_number', 'member_date_charge',
                                                 'by_hand')),
    linked_at TEXT NOT NULL CHECK (linked_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(linked_at) IS NOT NULL),
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(updated_at) IS NOT NULL)
) STRICT;

CREATE INDEX claim_episodes_claim_id ON claim_episodes (claim_id);

-- Which line of the claim a line of the answer is for; both are places among their lines.
CREATE TABLE episode_lines (
    episode_id INTEGER NOT NULL REFERENCES claim_episodes (id) ON DELETE CASCADE,
    remittance_line INTEGER NOT NULL CHECK (remittance_line >= 1),
    claim_line INTEGER NOT NULL CHECK (claim_line >= 1),
    PRIMARY KEY (episode_id, remittance_line)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER claim_episodes_made AFTER INSERT ON claim_episodes BEGIN
    UPDATE claims SET is_linked = 1 WHERE id = NEW.claim_id AND is_linked = 0;
    UPDATE remittances SET link_state = 'linked' WHERE id = NEW.remittance_id;
END;

CREATE TRIGGER claim_episodes_moved AFTER UPDATE OF claim_id, remittance_id ON claim_episodes BEGIN
    DELETE FROM episode_lines WHERE episode_id = NEW.id;
    UPDATE remittances SET link_state = 'unlinked' WHERE id = OLD.remittance_id;
    UPDATE remittances SET link_state = 'linked' WHERE id = NEW.remittance_id;
    UPDATE claims SET is_linked = EXISTS (SELECT 1 FROM claim_episodes WHERE claim_id = OLD.claim_id)
        WHERE id = OLD.claim_id;
    UPDATE claims SET is_linked = 1 WHERE id = NEW.claim_id;
END;

CREATE TRIGGER claim_episodes_gone AFTER DELETE ON claim_episodes BEGIN
    UPDATE remittances SET link_state = 'unlinked' WHERE id = OLD.remittance_id;
    UPDATE claims SET is_linked = EXISTS (SELECT 1 FROM claim_episodes WHERE claim_id = OLD.claim_id)
        WHERE id = OLD.claim_id;
END;

------------------------------------------------------------------------------------------------------ what it means

CREATE TABLE risk_scores (
    claim_id INTEGER PRIMARY KEY REFERENCES claims (id) ON DELETE CASCADE,
    overall_score REAL NOT NULL CHECK (overall_score BETWEEN 0 AND 100),
    risk_level TEXT NOT NULL CHECK (risk_level = CASE
        WHEN overall_score >= 75 THEN 'critical'
        WHEN overall_score >= 50 THEN 'high'
        WHEN overall_score >= 25 THEN 'medium'
        ELSE 'low' END),
    coding_risk REAL NOT NULL CHECK (coding_risk BETWEEN 0 AND 100),
    documentation_risk REAL NOT NULL CHECK (documentation_risk BETWEEN 0 AND 100),
    payer_risk REAL NOT NULL CHECK (payer_risk BETWEEN 0 AND 100),
    historical_risk REAL NOT NULL CHECK (historical_risk BETWEEN 0 AND 100),
    pattern_risk REAL NOT NULL CHECK (pattern_risk BETWEEN 0 AND 100),
    risk_factors TEXT NOT NULL CHECK (json_valid(risk_factors)),
    recommendations TEXT NOT NULL CHECK (json_valid(recommendations)),
    calculated_at TEXT NOT NULL CHECK (calculated_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(calculated_at) IS NOT NULL)
) STRICT;

-- The riskiest claims.
CREATE INDEX risk_scores_overall_score ON risk_scores (overall_score);

CREATE TRIGGER risk_scores_made AFTER INSERT ON risk_scores BEGIN
    UPDATE claims SET is_scored = 1 WHERE id = NEW.claim_id AND is_scored = 0;
END;

CREATE TRIGGER risk_scores_gone AFTER DELETE ON risk_scores BEGIN
    UPDATE claims SET is_scored = 0 WHERE id = OLD.claim_id;
END;

CREATE TABLE denial_patterns (
    id INTEGER PRIMARY KEY,
    payer_id INTEGER NOT NULL REFERENCES payers (id) ON DELETE CASCADE,
    pattern_type TEXT NOT NULL,
    pattern_description TEXT NOT NULL,
    denial_reason_code TEXT NOT NULL,
    conditions TEXT NOT NULL CHECK (json_valid(conditions)),
    occurrence_count INTEGER NOT NULL CHECK (occurrence_count >= 0),
    matching_count INTEGER NOT NULL CHECK (matching_count >= 0),
    denied_count INTEGER NOT NULL CHECK (denied_count BETWEEN 0 AND matching_count),
    frequency REAL NOT NULL CHECK (frequency BETWEEN 0 AND 1),
    confidence_score REAL NOT NULL CHECK (confidence_score BETWEEN 0 AND 1),
    baseline_rate REAL NOT NULL CHECK (baseline_rate BETWEEN 0 AND 1),
    lift REAL NOT NULL CHECK (lift >= 0),
    q_value REAL NOT NULL CHECK (q_value BETWEEN 0 AND 1),
    trend TEXT NOT NULL,
    first_seen TEXT NOT NULL CHECK (first_seen IS date(first_seen)),
    last_seen TEXT NOT NULL CHECK (last_seen IS date(last_seen)),
    detected_at TEXT NOT NULL CHECK (detected_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(detected_at) IS NOT NULL),
    CHECK (first_seen <= last_seen)
) STRICT;

CREATE INDEX denial_patterns_payer_id ON denial_patterns (payer_id);

CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    claim_id INTEGER REFERENCES claims (id) ON DELETE CASCADE,
    remittance_id INTEGER REFERENCES remittances (id) ON DELETE CASCADE,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
    rule TEXT NOT NULL CHECK (rule <> ''),
    message TEXT NOT NULL,
    fix TEXT NOT NULL,
    byte INTEGER NOT NULL CHECK (byte >= 0),
    segment INTEGER NOT NULL CHECK (segment >= 0),
    element TEXT,
    transaction_control TEXT,
    claim_control_number TEXT,
    text TEXT,
    caret_start INTEGER CHECK (caret_start >= 0),
    caret_length INTEGER CHECK (caret_length >= 0),
    occurrences INTEGER NOT NULL CHECK (occurrences >= 0),
    CHECK (claim_id IS NULL OR remittance_id IS NULL),
    CHECK ((caret_start IS NULL) = (caret_length IS NULL))
) STRICT;

CREATE INDEX findings_import_id ON findings (import_id);
CREATE INDEX findings_claim_id ON findings (claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX findings_remittance_id ON findings (remittance_id) WHERE remittance_id IS NOT NULL;
