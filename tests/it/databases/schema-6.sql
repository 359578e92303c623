PRAGMA application_id = 1835102818;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE refinery_schema_history(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));
INSERT INTO refinery_schema_history VALUES(1,'vocabulary','2026-11-25T22:38:05.101836703Z','12003185086083958764');
INSERT INTO refinery_schema_history VALUES(2,'performance_indexes','2026-11-25T22:38:05.101841941Z','2492308064773133790');
INSERT INTO refinery_schema_history VALUES(3,'payer_histories','2026-11-25T22:38:05.101842672Z','16129303885093028191');
INSERT INTO refinery_schema_history VALUES(4,'risk_models','2026-11-25T22:38:05.101843133Z','5705008586741162370');
INSERT INTO refinery_schema_history VALUES(5,'without_denial_counts','2026-11-25T22:38:05.101843734Z','7700039668604803507');
INSERT INTO refinery_schema_history VALUES(6,'rows_written_once','2026-11-25T22:38:05.101844515Z','13310421910695944791');
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
INSERT INTO imports VALUES(1,'claims-2025-02-17-summit.837','417798ea9c9a7ec24ad9722dde5218bb32ea2657f7a6cdf0433303c183ef9f66',1414,'837','done',1,1,0,0,1,'{"bytes":1414,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":55,"not_imported":{},"claims":{"count":1,"charge":525.55,"lines":6,"line_charge":525.55,"professional":1,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.127Z');
INSERT INTO imports VALUES(2,'claims-2025-03-03-summit.837','8f559220f5f81f8470501d68f6246440a4c1bd1e0baf81268dffa6ca311d6b66',1228,'837','done',1,1,0,0,1,'{"bytes":1228,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":45,"not_imported":{},"claims":{"count":1,"charge":478.15,"lines":4,"line_charge":478.15,"professional":1,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.127Z','2026-11-25T22:38:05.127Z');
INSERT INTO imports VALUES(3,'claims-2025-04-07-summit.837','c28b465868bf19bf9752e3432a1c7db2efddcc66f749d14a2c4ff8a90a6e5e84',1164,'837','done',1,1,0,0,1,'{"bytes":1164,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":41,"not_imported":{},"claims":{"count":1,"charge":527.60,"lines":3,"line_charge":527.60,"professional":1,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.127Z','2026-11-25T22:38:05.127Z');
INSERT INTO imports VALUES(4,'claims-2025-04-14-summit.837','94649aea217f473e58f6cf5101561e9d7b95e32f31e7b4d887f23d1c920dd508',1302,'837','done',1,1,0,0,1,'{"bytes":1302,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":48,"not_imported":{},"claims":{"count":1,"charge":227.35,"lines":4,"line_charge":227.35,"professional":1,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.127Z','2026-11-25T22:38:05.127Z');
INSERT INTO imports VALUES(5,'claims-2025-05-05-summit.837','6be3c117839a51fce38530c76b39f885bec28461fa7580291c36b9e7427b4272',1159,'837','done',1,1,0,0,1,'{"bytes":1159,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":43,"not_imported":{},"claims":{"count":1,"charge":348.25,"lines":5,"line_charge":348.25,"professional":1,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.127Z','2026-11-25T22:38:05.127Z');
INSERT INTO imports VALUES(6,'claims-2025-06-09-state.837','313a56097fc58d9400cfe2583519c5a9d484ab0364956c3f08638e6e2e2cb3f5',1093,'837','done',1,1,0,0,1,'{"bytes":1093,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":38,"not_imported":{},"claims":{"count":1,"charge":95.00,"lines":1,"line_charge":95.00,"professional":1,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.127Z','2026-11-25T22:38:05.127Z');
INSERT INTO imports VALUES(7,'claims-2025-07-14-summit.837','cdd1c2e60cef67fc95ed312eb65b83fc108e2324bd29139cd14e6ac2c55485fa',1264,'837','done',1,1,0,0,1,'{"bytes":1264,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":49,"not_imported":{},"claims":{"count":1,"charge":2837.25,"lines":5,"line_charge":2837.25,"professional":1,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.127Z','2026-11-25T22:38:05.127Z');
INSERT INTO imports VALUES(8,'claims-2025-08-04-senior.837','a1a5fd3e7c48444724a15d7ea71c90c9c00950be3c22371dc602b015786baedf',1022,'837','done',1,1,0,0,1,'{"bytes":1022,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":33,"not_imported":{},"claims":{"count":1,"charge":145.00,"lines":1,"line_charge":145.00,"professional":1,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.127Z','2026-11-25T22:38:05.128Z');
INSERT INTO imports VALUES(9,'claims-2025-09-08-senior.837','511d7a4a043a612a4718766d76b832656a3f53954b29e991f42ee2559a3d9f32',1096,'837','done',1,1,0,0,1,'{"bytes":1096,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":39,"not_imported":{},"claims":{"count":1,"charge":2462.75,"lines":2,"line_charge":2462.75,"professional":0,"institutional":1,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.128Z','2026-11-25T22:38:05.128Z');
INSERT INTO imports VALUES(10,'claims-2025-10-06-summit.837','7456855cf90b1ca5722848e1efbbff8e64287b04fedcb3e510ca98c2814a3cf2',1066,'837','done',1,1,0,0,1,'{"bytes":1066,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":35,"not_imported":{},"claims":{"count":1,"charge":95.00,"lines":1,"line_charge":95.00,"professional":1,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.128Z','2026-11-25T22:38:05.128Z');
INSERT INTO imports VALUES(11,'claims-2025-11-03-state.837','ca322074e4f6af4ade197a36c73d3e7bfd4fdb466b57f4f386b4080463133dd6',1272,'837','done',1,1,0,0,1,'{"bytes":1272,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":50,"not_imported":{},"claims":{"count":1,"charge":528.50,"lines":4,"line_charge":528.50,"professional":1,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.128Z','2026-11-25T22:38:05.128Z');
INSERT INTO imports VALUES(12,'claims-2025-12-08-state.837','bf3a602950d09f1ff8a775a9065d7a95823af5702593824cc6098e0c92872a71',1172,'837','done',1,1,0,0,1,'{"bytes":1172,"kind":"837","interchanges":1,"groups":1,"transactions":1,"segments":41,"not_imported":{},"claims":{"count":1,"charge":228.00,"lines":2,"line_charge":228.00,"professional":1,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":0,"charge":0.00,"paid":0.00,"patient_responsibility":0.00,"lines":0,"line_charge":0.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":0},"payments":{"count":0,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":0,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.128Z','2026-11-25T22:38:05.128Z');
INSERT INTO imports VALUES(13,'remits-2025-03-10-summit.835','cd10841776a4041bd4907831f0bcb37a902eaa19b4b0009b3e9ec6709596b314',1391,'835','done',3,0,1,1,0,'{"bytes":1391,"kind":"835","interchanges":1,"groups":1,"transactions":1,"segments":59,"not_imported":{},"claims":{"count":0,"charge":0.00,"lines":0,"line_charge":0.00,"professional":0,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":1,"charge":525.55,"paid":146.48,"patient_responsibility":239.76,"lines":6,"line_charge":525.55,"line_paid":146.48,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":139.31,"PR":239.76,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":13},"payments":{"count":1,"total":146.48,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":1,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.128Z','2026-11-25T22:38:05.129Z');
INSERT INTO imports VALUES(14,'remits-2025-03-17-summit.835','6ee5d9903f5f6c71462612a8363ff97301fd532c77036a18aa99323ab345e775',1141,'835','done',3,0,1,1,0,'{"bytes":1141,"kind":"835","interchanges":1,"groups":1,"transactions":1,"segments":45,"not_imported":{},"claims":{"count":0,"charge":0.00,"lines":0,"line_charge":0.00,"professional":0,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":1,"charge":478.15,"paid":207.91,"patient_responsibility":109.07,"lines":4,"line_charge":478.15,"line_paid":207.91,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":161.17,"PR":109.07,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":9},"payments":{"count":1,"total":207.91,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":1,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO imports VALUES(15,'remits-2025-04-21-summit.835','032187d705b5b6bbad0cb24b8b01502f927a43ecaf02dacfde9b89d10f8858f6',1073,'835','done',3,0,1,1,0,'{"bytes":1073,"kind":"835","interchanges":1,"groups":1,"transactions":1,"segments":41,"not_imported":{},"claims":{"count":0,"charge":0.00,"lines":0,"line_charge":0.00,"professional":0,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":1,"charge":527.60,"paid":251.41,"patient_responsibility":127.73,"lines":3,"line_charge":527.60,"line_paid":251.41,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":148.46,"PR":127.73,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":7},"payments":{"count":1,"total":251.41,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":1,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO imports VALUES(16,'remits-2025-05-05-summit.835','b5672b9153dd690484fa960c181c4001e09508515502b7abb5036aaa55e63310',1163,'835','done',3,0,1,1,0,'{"bytes":1163,"kind":"835","interchanges":1,"groups":1,"transactions":1,"segments":47,"not_imported":{},"claims":{"count":0,"charge":0.00,"lines":0,"line_charge":0.00,"professional":0,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":1,"charge":227.35,"paid":91.28,"patient_responsibility":59.09,"lines":4,"line_charge":227.35,"line_paid":91.28,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":76.98,"PR":59.09,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":9},"payments":{"count":1,"total":91.28,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":1,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO imports VALUES(17,'remits-2025-05-26-summit.835','523f65c2b0070caa7491b8042df312c8d5cd6eb3de8cd73d1c407dd2c8053063',1178,'835','done',3,0,1,1,0,'{"bytes":1178,"kind":"835","interchanges":1,"groups":1,"transactions":1,"segments":46,"not_imported":{},"claims":{"count":0,"charge":0.00,"lines":0,"line_charge":0.00,"professional":0,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":1,"charge":348.25,"paid":157.53,"patient_responsibility":87.48,"lines":5,"line_charge":348.25,"line_paid":157.53,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":103.24,"PR":87.48,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":11},"payments":{"count":1,"total":157.53,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":1,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO imports VALUES(18,'remits-2025-07-21-state.835','b8177e41d483d0c9f32fa2b832dee138dfbd5191805215151b2343db54fc0755',820,'835','done',3,0,1,1,0,'{"bytes":820,"kind":"835","interchanges":1,"groups":1,"transactions":1,"segments":26,"not_imported":{},"claims":{"count":0,"charge":0.00,"lines":0,"line_charge":0.00,"professional":0,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":1,"charge":95.00,"paid":0.00,"patient_responsibility":38.95,"lines":1,"line_charge":95.00,"line_paid":0.00,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":56.05,"PR":38.95,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":2},"payments":{"count":1,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":1,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO imports VALUES(19,'remits-2025-08-04-summit.835','5bb922f919e28d0fe109d4e7eaec0a9400c416d8359b44a89344a3b744170c88',1238,'835','done',3,0,1,1,0,'{"bytes":1238,"kind":"835","interchanges":1,"groups":1,"transactions":1,"segments":51,"not_imported":{},"claims":{"count":0,"charge":0.00,"lines":0,"line_charge":0.00,"professional":0,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":1,"charge":2837.25,"paid":1359.08,"patient_responsibility":602.45,"lines":5,"line_charge":2837.25,"line_paid":1359.08,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":875.72,"PR":602.45,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":11},"payments":{"count":1,"total":1359.08,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":1,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO imports VALUES(20,'remits-2025-08-25-senior.835','1b1c5474fd41d24e6a1c3806ea498429e819758b305c94c971f54c9dfbad28cd',836,'835','done',3,0,1,1,0,'{"bytes":836,"kind":"835","interchanges":1,"groups":1,"transactions":1,"segments":28,"not_imported":{},"claims":{"count":0,"charge":0.00,"lines":0,"line_charge":0.00,"professional":0,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":1,"charge":145.00,"paid":54.57,"patient_responsibility":13.92,"lines":1,"line_charge":145.00,"line_paid":54.57,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":76.51,"PR":13.92,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":3},"payments":{"count":1,"total":54.57,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":1,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.130Z');
INSERT INTO imports VALUES(21,'remits-2025-10-27-summit.835','aa3c977acbfc1894b0816fcc48d73cb3cfd9f607260ca5f5dda4cb02f1fd572c',739,'835','done',3,0,1,1,0,'{"bytes":739,"kind":"835","interchanges":1,"groups":1,"transactions":1,"segments":25,"not_imported":{},"claims":{"count":0,"charge":0.00,"lines":0,"line_charge":0.00,"professional":0,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":1,"charge":95.00,"paid":0.00,"patient_responsibility":0.00,"lines":1,"line_charge":95.00,"line_paid":0.00,"reversals":0,"denied":1,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":95.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":1},"payments":{"count":1,"total":0.00,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":1,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.130Z','2026-11-25T22:38:05.130Z');
INSERT INTO imports VALUES(22,'remits-2025-12-08-state.835','0c30bdff9d59f4059c12b667292e7010d8c6e6a6686bbda671fd6ab26164d6af',1118,'835','done',3,0,1,1,0,'{"bytes":1118,"kind":"835","interchanges":1,"groups":1,"transactions":1,"segments":39,"not_imported":{},"claims":{"count":0,"charge":0.00,"lines":0,"line_charge":0.00,"professional":0,"institutional":0,"dental":0,"incomplete":0,"other_payer_adjustments":{"CO":0.00,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"other_payer_adjustment_count":0},"remittances":{"count":1,"charge":528.50,"paid":170.88,"patient_responsibility":0.00,"lines":4,"line_charge":528.50,"line_paid":170.88,"reversals":0,"denied":0,"partly_denied":0,"unbalanced":0,"incomplete":0,"adjustments":{"CO":357.62,"PR":0.00,"OA":0.00,"PI":0.00,"CR":0.00,"other":0.00},"adjustment_count":4},"payments":{"count":1,"total":170.88,"provider_adjustments":0.00,"provider_adjustment_count":0,"balanced":1,"unbalanced":0}}',NULL,NULL,NULL,'2026-11-25T22:38:05.119Z','2026-11-25T22:38:05.130Z','2026-11-25T22:38:05.130Z');
CREATE TABLE payers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    rules TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(rules)),
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(updated_at) IS NOT NULL)
) STRICT;
INSERT INTO payers VALUES(1,'SAMPLE SUMMIT PPO','{}','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
INSERT INTO payers VALUES(2,'SAMPLE STATE ASSISTANCE','{}','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
INSERT INTO payers VALUES(3,'SAMPLE FEDERAL SENIOR PLAN PART B','{}','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.129Z');
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
INSERT INTO payer_aliases VALUES(1,1,'id','PI','SSP88','SSP88','837','2026-11-25T22:38:05.125Z');
INSERT INTO payer_aliases VALUES(2,1,'name',NULL,'SAMPLE SUMMIT PPO','SAMPLE SUMMIT PPO','837','2026-11-25T22:38:05.125Z');
INSERT INTO payer_aliases VALUES(3,2,'id','PI','SSA55','SSA55','837','2026-11-25T22:38:05.125Z');
INSERT INTO payer_aliases VALUES(4,2,'name',NULL,'SAMPLE STATE ASSISTANCE','SAMPLE STATE ASSISTANCE','837','2026-11-25T22:38:05.125Z');
INSERT INTO payer_aliases VALUES(5,3,'id','PI','SFSB5','SFSB5','837','2026-11-25T22:38:05.125Z');
INSERT INTO payer_aliases VALUES(6,3,'name',NULL,'SAMPLE FEDERAL SENIOR PLAN PART B','SAMPLE FEDERAL SENIOR PLAN PART B','837','2026-11-25T22:38:05.125Z');
INSERT INTO payer_aliases VALUES(7,1,'id','2U','88','88','835','2026-11-25T22:38:05.125Z');
INSERT INTO payer_aliases VALUES(8,1,'tax_id','BPR10','000000017','1000000017','835','2026-11-25T22:38:05.125Z');
INSERT INTO payer_aliases VALUES(9,2,'tax_id','BPR10','000000015','1000000015','835','2026-11-25T22:38:05.125Z');
INSERT INTO payer_aliases VALUES(10,3,'id','XV','99005','99005','835','2026-11-25T22:38:05.125Z');
INSERT INTO payer_aliases VALUES(11,3,'tax_id','BPR10','000000014','1000000014','835','2026-11-25T22:38:05.125Z');
INSERT INTO payer_aliases VALUES(12,3,'name',NULL,'EXAMPLE ADMINISTRATIVE CONTRACTOR JX','EXAMPLE ADMINISTRATIVE CONTRACTOR JX','835','2026-11-25T22:38:05.125Z');
CREATE TABLE payer_spellings (
    id INTEGER PRIMARY KEY,
    payer_id INTEGER REFERENCES payers (id) ON DELETE SET NULL,
    name TEXT CHECK (name <> ''),
    ids TEXT NOT NULL CHECK (json_valid(ids))
) STRICT;
INSERT INTO payer_spellings VALUES(1,1,'SAMPLE SUMMIT PPO','[{"qualifier":"PI","id":"SSP88"}]');
INSERT INTO payer_spellings VALUES(2,2,'SAMPLE STATE ASSISTANCE','[{"qualifier":"PI","id":"SSA55"}]');
INSERT INTO payer_spellings VALUES(3,3,'SAMPLE FEDERAL SENIOR PLAN PART B','[{"qualifier":"PI","id":"SFSB5"}]');
INSERT INTO payer_spellings VALUES(4,1,'SAMPLE SUMMIT PPO','[{"qualifier":"XV","id":"SSP88"},{"qualifier":"2U","id":"88"},{"qualifier":"BPR10","id":"1000000017"}]');
INSERT INTO payer_spellings VALUES(5,2,'SAMPLE STATE ASSISTANCE','[{"qualifier":"BPR10","id":"1000000015"}]');
INSERT INTO payer_spellings VALUES(6,3,'EXAMPLE ADMINISTRATIVE CONTRACTOR JX','[{"qualifier":"XV","id":"99005"},{"qualifier":"BPR10","id":"1000000014"}]');
CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    payer_id INTEGER NOT NULL REFERENCES payers (id) ON DELETE CASCADE,
    filing_indicator TEXT NOT NULL,
    group_number TEXT NOT NULL,
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    UNIQUE (payer_id, filing_indicator, group_number)
) STRICT;
INSERT INTO plans VALUES(1,1,'12','GRP98247','2026-11-25T22:38:05.125Z');
INSERT INTO plans VALUES(2,1,'12','GRP62734','2026-11-25T22:38:05.125Z');
INSERT INTO plans VALUES(3,2,'MC','','2026-11-25T22:38:05.125Z');
INSERT INTO plans VALUES(4,3,'MB','','2026-11-25T22:38:05.125Z');
INSERT INTO plans VALUES(5,3,'MA','','2026-11-25T22:38:05.125Z');
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
INSERT INTO providers VALUES(1,'9900000016','000000001','SAMPLE FAMILY PRACTICE',NULL,'SAMPLE FAMILY PRACTICE',0,'261QP2300X','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
INSERT INTO providers VALUES(2,'9900001014',NULL,'TESTFINCH','AMBER','TESTFINCH AMBER',1,'363LF0000X','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
INSERT INTO providers VALUES(3,'9900001030',NULL,'TESTLARK','CLAY','TESTLARK CLAY',1,'363LF0000X','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
INSERT INTO providers VALUES(4,'9900001048',NULL,'TESTOWL','JASPER','TESTOWL JASPER',1,'207R00000X','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
INSERT INTO providers VALUES(5,'9900001055',NULL,'TESTQUAIL','HAZEL','TESTQUAIL HAZEL',1,'363LF0000X','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
INSERT INTO providers VALUES(6,'9900001006',NULL,'TESTHAWK','CLOVER','TESTHAWK CLOVER',1,'225100000X','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
INSERT INTO providers VALUES(7,'9900000024','000000002','SAMPLE SURGERY CENTER',NULL,'SAMPLE SURGERY CENTER',0,'261QA1903X','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
INSERT INTO providers VALUES(8,'9900001010',NULL,'TESTFINCH','AMBER','TESTFINCH AMBER',1,'363LF0000X','2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
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
INSERT INTO provider_spellings VALUES(1,1,0,'SAMPLE FAMILY PRACTICE',NULL,'9900000016','000000001','261QP2300X',NULL);
INSERT INTO provider_spellings VALUES(2,2,1,'TESTFINCH','AMBER','9900001014',NULL,'363LF0000X',NULL);
INSERT INTO provider_spellings VALUES(3,NULL,0,'SAMPLE COMMUNITY HOSPITAL',NULL,'9900000503',NULL,NULL,NULL);
INSERT INTO provider_spellings VALUES(4,3,1,'TESTLARK','CLAY','9900001030',NULL,'363LF0000X',NULL);
INSERT INTO provider_spellings VALUES(5,NULL,1,'TESTREFERRER','SAMPLE','9900000636',NULL,NULL,NULL);
INSERT INTO provider_spellings VALUES(6,NULL,1,'TESTREFERRER','SAMPLE','9900000677',NULL,NULL,NULL);
INSERT INTO provider_spellings VALUES(7,4,1,'TESTOWL','JASPER','9900001048',NULL,'207R00000X',NULL);
INSERT INTO provider_spellings VALUES(8,NULL,1,'TESTREFERRER','SAMPLE','9900000644',NULL,NULL,NULL);
INSERT INTO provider_spellings VALUES(9,5,1,'TESTQUAIL','HAZEL','9900001055',NULL,'363LF0000X',NULL);
INSERT INTO provider_spellings VALUES(10,6,1,'TESTHAWK','CLOVER','9900001006',NULL,'225100000X',NULL);
INSERT INTO provider_spellings VALUES(11,NULL,1,'TESTHERON','REED','9900001022',NULL,NULL,NULL);
INSERT INTO provider_spellings VALUES(12,7,0,'SAMPLE SURGERY CENTER',NULL,'9900000024','000000002','261QA1903X',NULL);
INSERT INTO provider_spellings VALUES(13,8,1,'TESTFINCH','AMBER','9900001010',NULL,'363LF0000X',NULL);
INSERT INTO provider_spellings VALUES(14,1,0,'SAMPLE FAMILY PRACTICE',NULL,'9900000016','000000001',NULL,NULL);
INSERT INTO provider_spellings VALUES(15,NULL,1,'TESTFINCH','AMBER','9900001014',NULL,NULL,NULL);
INSERT INTO provider_spellings VALUES(16,NULL,1,'TESTLARK','CLAY','9900001030',NULL,NULL,NULL);
INSERT INTO provider_spellings VALUES(17,NULL,1,'TESTOWL','JASPER','9900001048',NULL,NULL,NULL);
INSERT INTO provider_spellings VALUES(18,NULL,1,'TESTQUAIL','HAZEL','9900001055',NULL,NULL,NULL);
INSERT INTO provider_spellings VALUES(19,NULL,1,'TESTHAWK','CLOVER','9900001006',NULL,NULL,NULL);
INSERT INTO provider_spellings VALUES(20,NULL,1,'TESTFINCH','AMBER','9900001010',NULL,NULL,NULL);
CREATE TABLE practice_configs (
    practice_id TEXT PRIMARY KEY CHECK (practice_id <> ''),
    rules TEXT NOT NULL CHECK (json_valid(rules)),
    created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(created_at) IS NOT NULL),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(updated_at) IS NOT NULL)
) STRICT, WITHOUT ROWID;
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
INSERT INTO claims VALUES(1,1,'9900000016',1,1,1,2,'professional','paid','SFP00000001','SFP00000001',52555,'22','1','Y','A','Y','Y',0,NULL,NULL,NULL,NULL,NULL,'MR0000003',NULL,NULL,NULL,NULL,NULL,'2025-02-17','2025-02-04','2025-02-04','GRP98247','12','primary','SAMPLERIVER','BASIL','W899997614','1966-12-15','F',0,NULL,NULL,NULL,NULL,NULL,'W899997614',NULL,1,1,2,NULL,NULL,NULL,NULL,3,711,21,'000000001','0001',0,1,1,NULL,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.128Z');
INSERT INTO claims VALUES(2,2,'9900000016',1,1,1,3,'professional','paid','SFP00000002','SFP00000002',47815,'11','1','Y','A','Y','Y',0,NULL,NULL,NULL,NULL,NULL,'MR0000003',NULL,NULL,NULL,NULL,NULL,'2025-03-07','2025-03-06','2025-03-06','GRP98247','12','primary','SAMPLERIVER','BASIL','W899997614','1966-12-15','F',0,NULL,NULL,NULL,NULL,NULL,'W899997614',NULL,1,1,4,5,NULL,NULL,NULL,NULL,711,21,'000000002','0001',0,1,1,NULL,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.129Z');
INSERT INTO claims VALUES(3,3,'9900000016',1,1,1,2,'professional','paid','SFP00000003','SFP00000003',52760,'11','1','Y','A','Y','Y',0,NULL,NULL,NULL,NULL,NULL,'MR0000003',NULL,NULL,NULL,NULL,NULL,'2025-04-12','2025-04-07','2025-04-07','GRP98247','12','primary','SAMPLERIVER','BASIL','W899997614','1966-12-15','F',0,NULL,NULL,NULL,NULL,NULL,'W899997614',NULL,1,1,2,6,NULL,NULL,NULL,NULL,711,21,'000000005','0001',0,1,1,NULL,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.129Z');
INSERT INTO claims VALUES(4,4,'9900000016',1,1,1,4,'professional','paid','SFP00000000','SFP00000000',22735,'22','1','Y','A','Y','Y',0,NULL,NULL,NULL,NULL,NULL,'MR0000003',NULL,NULL,NULL,NULL,NULL,'2025-04-19','2025-01-06','2025-01-06','GRP98247','12','primary','SAMPLERIVER','BASIL','W899997614','1966-12-15','F',0,NULL,NULL,NULL,NULL,NULL,'W899997614',NULL,1,1,7,8,NULL,NULL,NULL,3,711,21,'000000006','0001',0,1,1,NULL,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.129Z');
INSERT INTO claims VALUES(5,5,'9900000016',1,2,1,5,'professional','paid','SFP00000004','SFP00000004',34825,'11','1','Y','A','Y','Y',0,NULL,NULL,NULL,NULL,NULL,'MR0000000',NULL,NULL,NULL,NULL,NULL,'2025-05-07','2025-05-06','2025-05-06','GRP62734','12','primary','SAMPLERIVER','RUBY','W610785241','1980-06-14','M',0,NULL,NULL,NULL,NULL,NULL,'W610785241',NULL,1,1,9,NULL,NULL,NULL,NULL,NULL,710,21,'000000008','0001',0,1,1,NULL,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.129Z');
INSERT INTO claims VALUES(6,6,'9900000016',2,3,1,6,'professional','paid','SFP00000005','SFP00000005',9500,'11','1','Y','A','Y','Y',0,NULL,NULL,NULL,NULL,NULL,'MR0000002',NULL,NULL,NULL,NULL,NULL,'2025-06-12','2025-06-05','2025-06-05',NULL,'MC','primary','SAMPLEMOOR','CORAL','6962093031','1961-02-25','M',1,'SAMPLEMOOR','ROWAN',NULL,'2024-05-01','F','6962093031',NULL,2,1,10,NULL,NULL,NULL,NULL,NULL,827,27,'000000011','0001',0,1,1,NULL,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.129Z');
INSERT INTO claims VALUES(7,7,'9900000016',1,1,1,3,'professional','paid','SFP00000006','SFP00000006',283725,'11','1','Y','A','Y','Y',0,NULL,NULL,'PA61943412',NULL,NULL,'MR0000003',NULL,NULL,NULL,NULL,NULL,'2025-07-18','2025-07-07','2025-07-07','GRP98247','12','primary','SAMPLERIVER','BASIL','W899997614','1966-12-15','F',0,NULL,NULL,NULL,NULL,NULL,'W899997614',NULL,1,1,4,NULL,NULL,NULL,NULL,NULL,711,21,'000000012','0001',0,1,1,NULL,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.129Z');
INSERT INTO claims VALUES(8,8,'9900000016',3,4,1,2,'professional','paid','SFP00000007','SFP00000007',14500,'11','1','Y','A','Y','Y',0,NULL,NULL,NULL,NULL,NULL,'MR0000001',NULL,NULL,NULL,NULL,NULL,'2025-08-08','2025-08-05','2025-08-05',NULL,'MB','primary','SAMPLEDALE','SKY','4SS7SS5SS81','1942-08-03','F',0,NULL,NULL,NULL,NULL,NULL,'4SS7SS5SS81',NULL,3,1,2,NULL,11,NULL,NULL,NULL,733,21,'000000014','0001',0,1,1,NULL,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.129Z');
INSERT INTO claims VALUES(9,9,'9900000024',3,5,7,NULL,'institutional','submitted','SFP00000008','SFP00000008',246275,'11','1',NULL,'A','Y','Y',0,NULL,NULL,NULL,NULL,'T3592388017','MR0000001','2025-09-03','2025-09-04','2025-09-03',NULL,NULL,'2025-09-09','2025-09-03','2025-09-04',NULL,'MA','primary','SAMPLEDALE','SKY','4SS7SS5SS81','1942-08-03','F',0,NULL,NULL,NULL,NULL,NULL,'4SS7SS5SS81',NULL,3,12,NULL,NULL,NULL,9,NULL,NULL,732,21,'000000017','0001',0,0,1,NULL,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
INSERT INTO claims VALUES(10,10,'9900000016',1,2,1,8,'professional','denied','SFP00000009','SFP00000009',9500,'22','1','Y','A','Y','Y',0,NULL,NULL,NULL,NULL,'T1113676075','MR0000000',NULL,NULL,NULL,NULL,NULL,'2025-10-09','2025-10-06','2025-10-06','GRP62734','12','primary','SAMPLERIVER','RUBY','W610785241','1980-06-14','M',0,NULL,NULL,NULL,NULL,NULL,'W610785241',NULL,1,1,13,NULL,NULL,NULL,NULL,3,710,21,'000000018','0001',0,1,1,'[{"rule":"npi-check-digit","message":"the check digit of an NPI does not fit","segment":25}]',NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.130Z');
INSERT INTO claims VALUES(11,11,'9900000016',2,3,1,6,'professional','paid','SFP00000010','SFP00000010',52850,'11','1','Y','A','Y','Y',0,NULL,NULL,NULL,NULL,NULL,'MR0000002',NULL,NULL,NULL,NULL,NULL,'2025-11-05','2025-11-04','2025-11-04',NULL,'MC','primary','SAMPLEMOOR','CORAL','6962093031','1961-02-25','M',1,'SAMPLEMOOR','ROWAN',NULL,'2024-05-01','F','6962093031',NULL,2,1,10,NULL,NULL,NULL,NULL,NULL,827,27,'000000020','0001',0,1,1,NULL,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.130Z');
INSERT INTO claims VALUES(12,12,'9900000016',2,3,1,4,'professional','submitted','SFP00000011','SFP00000011',22800,'21','1','Y','A','Y','Y',0,NULL,NULL,NULL,NULL,NULL,'MR0000002',NULL,NULL,'2025-12-01','2025-12-06',NULL,'2025-12-08','2025-12-04','2025-12-04',NULL,'MC','primary','SAMPLEMOOR','CORAL','6962093031','1961-02-25','M',0,NULL,NULL,NULL,NULL,NULL,'6962093031',NULL,2,1,7,NULL,NULL,NULL,NULL,3,714,21,'000000021','0001',0,0,1,NULL,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
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
INSERT INTO claim_lines VALUES(1,1,1,1,'HC','99213',NULL,NULL,14500,'UN',1000,NULL,'2','2025-02-04','2025-02-04','1L1',NULL,NULL,962,29);
INSERT INTO claim_lines VALUES(2,1,2,2,'HC','97140','GP',NULL,15280,'UN',2000,NULL,'1:2','2025-02-04','2025-02-04','1L2',NULL,NULL,1028,33);
INSERT INTO claim_lines VALUES(3,1,3,3,'HC','97110','GP',NULL,7950,'UN',1000,NULL,'1:2','2025-02-04','2025-02-04','1L3',NULL,NULL,1101,37);
INSERT INTO claim_lines VALUES(4,1,4,4,'HC','83036',NULL,NULL,5450,'UN',1000,NULL,'1:2','2025-02-04','2025-02-04','1L4',NULL,NULL,1173,41);
INSERT INTO claim_lines VALUES(5,1,5,5,'HC','80061',NULL,NULL,7125,'UN',1000,NULL,'1','2025-02-04','2025-02-04','1L5',NULL,NULL,1242,45);
INSERT INTO claim_lines VALUES(6,1,6,6,'HC','81003',NULL,NULL,2250,'UN',1000,NULL,'2','2025-02-04','2025-02-04','1L6',NULL,NULL,1310,49);
INSERT INTO claim_lines VALUES(7,2,1,1,'HC','99215','25',NULL,29500,'UN',1000,NULL,'1:2:3','2025-03-06','2025-03-06','2L1',NULL,NULL,914,27);
INSERT INTO claim_lines VALUES(8,2,2,2,'HC','85025',NULL,NULL,4275,'UN',1000,NULL,'2:3','2025-03-06','2025-03-06','2L2',NULL,NULL,987,31);
INSERT INTO claim_lines VALUES(9,2,3,3,'HC','84443',NULL,NULL,8840,'UN',1000,NULL,'3','2025-03-06','2025-03-06','2L3',NULL,NULL,1057,35);
INSERT INTO claim_lines VALUES(10,2,4,4,'HC','96372',NULL,NULL,5200,'UN',1000,NULL,'2:3','2025-03-06','2025-03-06','2L4',NULL,NULL,1124,39);
INSERT INTO claim_lines VALUES(11,3,1,1,'HC','99395','25',NULL,22500,'UN',1000,NULL,'1:2','2025-04-07','2025-04-07','3L1',NULL,NULL,916,27);
INSERT INTO claim_lines VALUES(12,3,2,2,'HC','94640',NULL,NULL,6410,'UN',1000,NULL,'2:3','2025-04-07','2025-04-07','3L2',NULL,NULL,987,31);
INSERT INTO claim_lines VALUES(13,3,3,3,'HC','97110','GP',NULL,23850,'UN',3000,NULL,'3','2025-04-07','2025-04-07','3L3',NULL,NULL,1056,35);
INSERT INTO claim_lines VALUES(14,4,1,1,'HC','99213','25',NULL,14500,'UN',1000,NULL,'1','2025-01-06','2025-01-06','0L1',NULL,NULL,998,30);
INSERT INTO claim_lines VALUES(15,4,2,2,'HC','36415',NULL,NULL,1800,'UN',1000,NULL,'1','2025-01-06','2025-01-06','0L2',NULL,NULL,1067,34);
INSERT INTO claim_lines VALUES(16,4,3,3,'HC','96372',NULL,NULL,5200,'UN',1000,NULL,'1','2025-01-06','2025-01-06','0L3',NULL,NULL,1132,38);
INSERT INTO claim_lines VALUES(17,4,4,4,'HC','J1885',NULL,NULL,1235,'UN',1000,NULL,'1','2025-01-06','2025-01-06','0L4',NULL,NULL,1197,42);
INSERT INTO claim_lines VALUES(18,5,1,1,'HC','99213','25',NULL,14500,'UN',1000,NULL,'1','2025-05-06','2025-05-06',NULL,NULL,NULL,848,26);
INSERT INTO claim_lines VALUES(19,5,2,2,'HC','81003',NULL,NULL,2250,'UN',1000,NULL,'1','2025-05-06','2025-05-06',NULL,NULL,NULL,905,29);
INSERT INTO claim_lines VALUES(20,5,3,3,'HC','93000',NULL,NULL,8600,'UN',1000,NULL,'1','2025-05-06','2025-05-06',NULL,NULL,NULL,960,32);
INSERT INTO claim_lines VALUES(21,5,4,4,'HC','96372',NULL,NULL,5200,'UN',1000,NULL,'1','2025-05-06','2025-05-06',NULL,NULL,NULL,1013,35);
INSERT INTO claim_lines VALUES(22,5,5,5,'HC','85025',NULL,NULL,4275,'UN',1000,NULL,'1','2025-05-06','2025-05-06',NULL,NULL,NULL,1066,38);
INSERT INTO claim_lines VALUES(23,6,1,1,'HC','99212',NULL,NULL,9500,'UN',1000,NULL,'3:4','2025-06-05','2025-06-05','5L1',NULL,NULL,989,32);
INSERT INTO claim_lines VALUES(24,7,1,1,'HC','99214',NULL,NULL,21000,'UN',1000,NULL,'2:3','2025-07-07','2025-07-07','6L1',NULL,NULL,886,27);
INSERT INTO claim_lines VALUES(25,7,2,2,'HC','90686',NULL,NULL,3925,'UN',1000,NULL,'1:2:3','2025-07-07','2025-07-07','6L2',NULL,NULL,954,31);
INSERT INTO claim_lines VALUES(26,7,3,3,'HC','95810',NULL,NULL,145000,'UN',1000,NULL,'1','2025-07-07','2025-07-07','6L3',NULL,NULL,1026,35);
INSERT INTO claim_lines VALUES(27,7,4,4,'HC','36415',NULL,NULL,1800,'UN',1000,NULL,'2:3','2025-07-07','2025-07-07','6L4',NULL,NULL,1093,39);
INSERT INTO claim_lines VALUES(28,7,5,5,'HC','70551',NULL,NULL,112000,'UN',1000,NULL,'3','2025-07-07','2025-07-07','6L5',NULL,NULL,1160,43);
INSERT INTO claim_lines VALUES(29,8,1,1,'HC','99213',NULL,NULL,14500,'UN',1000,NULL,'2','2025-08-05','2025-08-05','7L1',NULL,NULL,919,27);
INSERT INTO claim_lines VALUES(30,9,1,1,NULL,NULL,NULL,'0120',185000,'DA',1000,NULL,NULL,NULL,NULL,'8L1',NULL,NULL,979,31);
INSERT INTO claim_lines VALUES(31,9,2,2,NULL,NULL,NULL,'0300',61275,'UN',1000,NULL,NULL,NULL,NULL,'8L2',NULL,NULL,1018,34);
INSERT INTO claim_lines VALUES(32,10,1,1,'HC','99212',NULL,NULL,9500,'UN',1000,NULL,'1','2025-10-06','2025-10-06',NULL,NULL,NULL,976,30);
INSERT INTO claim_lines VALUES(33,11,1,1,'HC','99204','25',NULL,27500,'UN',1000,NULL,'1','2025-11-04','2025-11-04','10L1',NULL,NULL,964,32);
INSERT INTO claim_lines VALUES(34,11,2,2,'HC','80053',NULL,NULL,6250,'UN',1000,NULL,'1','2025-11-04','2025-11-04','10L2',NULL,NULL,1034,36);
INSERT INTO claim_lines VALUES(35,11,3,3,'HC','96372',NULL,NULL,5200,'UN',1000,NULL,'1','2025-11-04','2025-11-04','10L3',NULL,NULL,1102,40);
INSERT INTO claim_lines VALUES(36,11,4,4,'HC','71046',NULL,NULL,13900,'UN',1000,NULL,'1','2025-11-04','2025-11-04','10L4',NULL,NULL,1168,44);
INSERT INTO claim_lines VALUES(37,12,1,1,'HC','99214',NULL,NULL,21000,'UN',1000,NULL,'1','2025-12-04','2025-12-04','11L1',NULL,NULL,1002,31);
INSERT INTO claim_lines VALUES(38,12,2,2,'HC','36415',NULL,NULL,1800,'UN',1000,NULL,'2','2025-12-04','2025-12-04','11L2',NULL,NULL,1069,35);
CREATE TABLE diagnoses (
    claim_id INTEGER NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    role TEXT NOT NULL CHECK (role IN ('principal', 'admitting', 'reason_for_visit', 'external_cause', 'other')),
    qualifier TEXT NOT NULL,
    code TEXT NOT NULL,
    present_on_admission TEXT,
    PRIMARY KEY (claim_id, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO diagnoses VALUES(1,1,'principal','ABK','Z0000',NULL);
INSERT INTO diagnoses VALUES(1,2,'other','ABF','R5383',NULL);
INSERT INTO diagnoses VALUES(2,1,'principal','ABK','J449',NULL);
INSERT INTO diagnoses VALUES(2,2,'other','ABF','Z0000',NULL);
INSERT INTO diagnoses VALUES(2,3,'other','ABF','H6690',NULL);
INSERT INTO diagnoses VALUES(3,1,'principal','ABK','G43909',NULL);
INSERT INTO diagnoses VALUES(3,2,'other','ABF','R059',NULL);
INSERT INTO diagnoses VALUES(3,3,'other','ABF','Z0000',NULL);
INSERT INTO diagnoses VALUES(4,1,'principal','ABK','Z0000',NULL);
INSERT INTO diagnoses VALUES(5,1,'principal','ABK','L309',NULL);
INSERT INTO diagnoses VALUES(6,1,'principal','ABK','J020',NULL);
INSERT INTO diagnoses VALUES(6,2,'other','ABF','N1830',NULL);
INSERT INTO diagnoses VALUES(6,3,'other','ABF','E785',NULL);
INSERT INTO diagnoses VALUES(6,4,'other','ABF','D649',NULL);
INSERT INTO diagnoses VALUES(7,1,'principal','ABK','L309',NULL);
INSERT INTO diagnoses VALUES(7,2,'other','ABF','Z23',NULL);
INSERT INTO diagnoses VALUES(7,3,'other','ABF','M25561',NULL);
INSERT INTO diagnoses VALUES(8,1,'principal','ABK','L309',NULL);
INSERT INTO diagnoses VALUES(8,2,'other','ABF','E785',NULL);
INSERT INTO diagnoses VALUES(9,1,'principal','ABK','N179','Y');
INSERT INTO diagnoses VALUES(9,2,'admitting','ABJ','N179',NULL);
INSERT INTO diagnoses VALUES(10,1,'principal','ABK','J020',NULL);
INSERT INTO diagnoses VALUES(10,2,'other','ABF','N1830',NULL);
INSERT INTO diagnoses VALUES(11,1,'principal','ABK','F329',NULL);
INSERT INTO diagnoses VALUES(12,1,'principal','ABK','J449',NULL);
INSERT INTO diagnoses VALUES(12,2,'other','ABF','R5383',NULL);
CREATE TABLE claim_other_payers (
    claim_id INTEGER NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    responsibility TEXT NOT NULL CHECK (responsibility IN ('primary', 'secondary', 'tertiary')),
    payer_spelling_id INTEGER NOT NULL REFERENCES payer_spellings (id),
    payment_amount INTEGER,
    PRIMARY KEY (claim_id, sequence)
) STRICT, WITHOUT ROWID;
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
INSERT INTO payments VALUES(1,13,1,4,1,14,14648,'ACH','2025-03-11','SSP8800000000','2025-03-11',1,14648,0,0,167,3,'000000003','0001','2026-11-25T22:38:05.125Z');
INSERT INTO payments VALUES(2,14,1,4,1,14,20791,'ACH','2025-03-18','SSP8800000001','2025-03-18',1,20791,0,0,167,3,'000000004','0001','2026-11-25T22:38:05.125Z');
INSERT INTO payments VALUES(3,15,1,4,1,14,25141,'ACH','2025-04-22','SSP8800000002','2025-04-22',1,25141,0,0,167,3,'000000007','0001','2026-11-25T22:38:05.125Z');
INSERT INTO payments VALUES(4,16,1,4,1,14,9128,'ACH','2025-05-06','SSP8800000003','2025-05-06',1,9128,0,0,167,3,'000000009','0001','2026-11-25T22:38:05.125Z');
INSERT INTO payments VALUES(5,17,1,4,1,14,15753,'ACH','2025-05-27','SSP8800000004','2025-05-27',1,15753,0,0,167,3,'000000010','0001','2026-11-25T22:38:05.125Z');
INSERT INTO payments VALUES(6,18,2,5,1,14,0,'NON','2025-07-21','SSA5500000005','2025-07-21',1,0,0,0,169,3,'000000013','0001','2026-11-25T22:38:05.125Z');
INSERT INTO payments VALUES(7,19,1,4,1,14,135908,'ACH','2025-08-05','SSP8800000006','2025-08-05',1,135908,0,0,167,3,'000000015','0001','2026-11-25T22:38:05.125Z');
INSERT INTO payments VALUES(8,20,3,6,1,14,5457,'ACH','2025-08-27','SFSB500000007','2025-08-27',1,5457,0,0,165,3,'000000016','0001','2026-11-25T22:38:05.125Z');
INSERT INTO payments VALUES(9,21,1,4,1,14,0,'NON','2025-10-28','SSP8800000008','2025-10-28',1,0,0,0,167,3,'000000019','0001','2026-11-25T22:38:05.125Z');
INSERT INTO payments VALUES(10,22,2,5,1,14,17088,'ACH','2025-12-08','SSA5500000009','2025-12-08',1,17088,0,0,169,3,'000000022','0001','2026-11-25T22:38:05.125Z');
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
INSERT INTO remittances VALUES(1,1,1,'paid','linked','SFP00000001','SFP00000001','25048000000001','25048000000001','1',52555,14648,23976,0,0,13,'12','22','1',NULL,'SAMPLERIVER','BASIL','W899997614',NULL,NULL,'W899997614',NULL,NULL,15,NULL,'2025-02-04','2025-02-04','2025-02-04','2025-02-18',NULL,510,15,'000000003','0001',0,NULL,'2026-11-25T22:38:05.125Z','2026-11-25T22:38:05.125Z');
INSERT INTO remittances VALUES(2,2,1,'paid','linked','SFP00000002','SFP00000002','25066000000002','25066000000002','1',47815,20791,10907,0,0,9,'12','11','1',NULL,'SAMPLERIVER','BASIL','W899997614',NULL,NULL,'W899997614',NULL,NULL,16,NULL,'2025-03-06',NULL,NULL,'2025-03-08',NULL,510,15,'000000004','0001',0,NULL,'2026-11-25T22:38:05.128Z','2026-11-25T22:38:05.125Z');
INSERT INTO remittances VALUES(3,3,1,'paid','linked','SFP00000003','SFP00000003','25102000000003','25102000000003','1',52760,25141,12773,0,0,7,'12','11','1',NULL,'SAMPLERIVER','BASIL','W899997614',NULL,NULL,'W899997614',NULL,NULL,15,NULL,'2025-04-07','2025-04-07','2025-04-07','2025-04-13',NULL,510,15,'000000007','0001',0,NULL,'2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.125Z');
INSERT INTO remittances VALUES(4,4,1,'paid','linked','SFP00000000','SFP00000000','25109000000000','25109000000000','1',22735,9128,5909,0,0,9,'12','22','1',NULL,'SAMPLERIVER','BASIL','W899997614',NULL,NULL,'W899997614',NULL,NULL,17,NULL,'2025-01-06','2025-01-06','2025-01-06','2025-04-20',NULL,509,15,'000000009','0001',0,NULL,'2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.125Z');
INSERT INTO remittances VALUES(5,5,1,'paid','linked','SFP00000004','SFP00000004','25127000000004','25127000000004','1',34825,15753,8748,0,0,11,'12','11','1',NULL,'SAMPLERIVER','RUBY','W610785241',NULL,NULL,'W610785241',NULL,NULL,18,NULL,'2025-05-06',NULL,NULL,'2025-05-08',NULL,510,15,'000000010','0001',0,NULL,'2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.125Z');
INSERT INTO remittances VALUES(6,6,2,'paid','linked','SFP00000005','SFP00000005','25163000000005','25163000000005','1',9500,0,3895,0,0,2,'MC','11','1',NULL,'SAMPLEMOOR','ROWAN','6962093031',NULL,NULL,'6962093031','6962093031',NULL,19,NULL,'2025-06-05',NULL,NULL,'2025-06-13',NULL,481,14,'000000013','0001',0,NULL,'2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.125Z');
INSERT INTO remittances VALUES(7,7,1,'paid','linked','SFP00000006','SFP00000006','25199000000006','25199000000006','1',283725,135908,60245,0,0,11,'12','11','1',NULL,'SAMPLERIVER','BASIL','W899997614',NULL,NULL,'W899997614',NULL,NULL,16,NULL,'2025-07-07',NULL,NULL,'2025-07-19',NULL,511,15,'000000015','0001',0,NULL,'2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.125Z');
INSERT INTO remittances VALUES(8,8,3,'paid','linked','SFP00000007','SFP00000007','25220000000007','25220000000007','1',14500,5457,1392,0,0,3,'MB','11','1',NULL,'SAMPLEDALE','SKY','4SS7SS5SS81',NULL,NULL,'4SS7SS5SS81',NULL,NULL,15,NULL,'2025-08-05','2025-08-05','2025-08-05','2025-08-09',NULL,504,14,'000000016','0001',0,NULL,'2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.125Z');
INSERT INTO remittances VALUES(9,9,1,'denied','linked','SFP00000009','SFP00000009','25282000000009','25282000000009','4',9500,0,0,0,1,1,'12','22','1',NULL,'SAMPLERIVER','RUBY','W610785241',NULL,NULL,'W610785241',NULL,NULL,20,NULL,'2025-10-06',NULL,NULL,'2025-10-10',NULL,482,15,'000000019','0001',0,'[{"rule":"npi-check-digit","message":"the check digit of an NPI does not fit","segment":17}]','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.125Z');
INSERT INTO remittances VALUES(10,10,2,'paid','linked','SFP00000010','SFP00000010','25309000000010','25309000000010','1',52850,17088,0,0,0,4,'MC','11','1',NULL,'SAMPLEMOOR','ROWAN','6962093031',NULL,NULL,'6962093031','6962093031',NULL,19,NULL,'2025-11-04','2025-11-04','2025-11-04','2025-11-06',NULL,509,14,'000000022','0001',0,NULL,'2026-11-25T22:38:05.130Z','2026-11-25T22:38:05.125Z');
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
INSERT INTO remittance_persons VALUES(6,'subscriber','SAMPLEMOOR','CORAL','6962093031',NULL,NULL);
INSERT INTO remittance_persons VALUES(10,'subscriber','SAMPLEMOOR','CORAL','6962093031',NULL,NULL);
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
INSERT INTO service_payments VALUES(1,1,'HC','99213',NULL,NULL,NULL,14500,0,0,0,NULL,1000,NULL,'2025-02-04','2025-02-04','1L1',8845,715,21);
INSERT INTO service_payments VALUES(1,2,'HC','97140','GP',NULL,NULL,15280,2786,0,0,NULL,2000,NULL,'2025-02-04','2025-02-04','1L2',12835,815,27);
INSERT INTO service_payments VALUES(1,3,'HC','97110','GP',NULL,NULL,7950,3840,0,0,NULL,1000,NULL,'2025-02-04','2025-02-04','1L3',5485,934,33);
INSERT INTO service_payments VALUES(1,4,'HC','83036',NULL,NULL,NULL,5450,3014,0,0,NULL,1000,NULL,'2025-02-04','2025-02-04','1L4',4305,1041,39);
INSERT INTO service_payments VALUES(1,5,'HC','80061',NULL,NULL,NULL,7125,3890,0,0,NULL,1000,NULL,'2025-02-04','2025-02-04','1L5',5557,1146,45);
INSERT INTO service_payments VALUES(1,6,'HC','81003',NULL,NULL,NULL,2250,1118,0,0,NULL,1000,NULL,'2025-02-04','2025-02-04','1L6',1597,1251,51);
INSERT INTO service_payments VALUES(2,1,'HC','99215','25',NULL,NULL,29500,11610,0,0,NULL,1000,NULL,'2025-03-06','2025-03-06','2L1',18585,677,19);
INSERT INTO service_payments VALUES(2,2,'HC','85025',NULL,NULL,NULL,4275,1886,0,0,NULL,1000,NULL,'2025-03-06','2025-03-06','2L2',2693,792,25);
INSERT INTO service_payments VALUES(2,3,'HC','84443',NULL,NULL,NULL,8840,4455,0,0,NULL,1000,NULL,'2025-03-06','2025-03-06','2L3',6364,897,31);
INSERT INTO service_payments VALUES(2,4,'HC','96372',NULL,NULL,NULL,5200,2840,0,0,NULL,1000,NULL,'2025-03-06','2025-03-06','2L4',4056,1002,37);
INSERT INTO service_payments VALUES(3,1,'HC','99395','25',NULL,NULL,22500,10570,0,0,NULL,1000,NULL,'2025-04-07','2025-04-07','3L1',17100,714,21);
INSERT INTO service_payments VALUES(3,2,'HC','94640',NULL,NULL,NULL,6410,3051,0,0,NULL,1000,NULL,'2025-04-07','2025-04-07','3L2',4358,821,27);
INSERT INTO service_payments VALUES(3,3,'HC','97110','GP',NULL,NULL,23850,11520,0,0,NULL,3000,NULL,'2025-04-07','2025-04-07','3L3',16456,926,33);
INSERT INTO service_payments VALUES(4,1,'HC','99213','25',NULL,NULL,14500,4792,0,0,NULL,1000,NULL,'2025-01-06','2025-01-06','0L1',8845,711,21);
INSERT INTO service_payments VALUES(4,2,'HC','36415',NULL,NULL,NULL,1800,882,0,0,NULL,1000,NULL,'2025-01-06','2025-01-06','0L2',1260,824,27);
INSERT INTO service_payments VALUES(4,3,'HC','96372',NULL,NULL,NULL,5200,2840,0,0,NULL,1000,NULL,'2025-01-06','2025-01-06','0L3',4056,922,33);
INSERT INTO service_payments VALUES(4,4,'HC','J1885',NULL,NULL,NULL,1235,614,0,0,NULL,1000,NULL,'2025-01-06','2025-01-06','0L4',876,1024,39);
INSERT INTO service_payments VALUES(5,1,'HC','99213','25',NULL,NULL,14500,4792,0,0,NULL,1000,NULL,'2025-05-06','2025-05-06',NULL,8845,677,19);
INSERT INTO service_payments VALUES(5,2,'HC','81003',NULL,NULL,NULL,2250,1118,0,0,NULL,1000,NULL,'2025-05-06','2025-05-06',NULL,1597,778,24);
INSERT INTO service_payments VALUES(5,3,'HC','93000',NULL,NULL,NULL,8600,5117,0,0,NULL,1000,NULL,'2025-05-06','2025-05-06',NULL,7310,869,29);
INSERT INTO service_payments VALUES(5,4,'HC','96372',NULL,NULL,NULL,5200,2840,0,0,NULL,1000,NULL,'2025-05-06','2025-05-06',NULL,4056,958,34);
INSERT INTO service_payments VALUES(5,5,'HC','85025',NULL,NULL,NULL,4275,1886,0,0,NULL,1000,NULL,'2025-05-06','2025-05-06',NULL,2693,1048,39);
INSERT INTO service_payments VALUES(6,1,'HC','99212',NULL,NULL,NULL,9500,0,0,0,NULL,1000,NULL,'2025-06-05','2025-06-05',NULL,3895,688,19);
INSERT INTO service_payments VALUES(7,1,'HC','99214',NULL,NULL,NULL,21000,7714,0,0,NULL,1000,NULL,'2025-07-07','2025-07-07','6L1',13020,680,19);
INSERT INTO service_payments VALUES(7,2,'HC','90686',NULL,NULL,NULL,3925,1704,0,0,NULL,1000,NULL,'2025-07-07','2025-07-07','6L2',2433,789,25);
INSERT INTO service_payments VALUES(7,3,'HC','95810',NULL,NULL,NULL,145000,73080,0,0,NULL,1000,NULL,'2025-07-07','2025-07-07','6L3',104400,894,31);
INSERT INTO service_payments VALUES(7,4,'HC','36415',NULL,NULL,NULL,1800,882,0,0,NULL,1000,NULL,'2025-07-07','2025-07-07','6L4',1260,996,37);
INSERT INTO service_payments VALUES(7,5,'HC','70551',NULL,NULL,NULL,112000,52528,0,0,NULL,1000,NULL,'2025-07-07','2025-07-07','6L5',75040,1094,43);
INSERT INTO service_payments VALUES(8,1,'HC','99213',NULL,NULL,NULL,14500,5457,0,0,NULL,1000,NULL,'2025-08-05','2025-08-05','7L1',6960,696,20);
INSERT INTO service_payments VALUES(9,1,'HC','99212',NULL,NULL,NULL,9500,0,0,1,NULL,1000,NULL,'2025-10-06','2025-10-06',NULL,NULL,647,20);
INSERT INTO service_payments VALUES(10,1,'HC','99204',NULL,NULL,NULL,27500,7975,0,0,NULL,1000,NULL,'2025-11-04','2025-11-04',NULL,7975,757,21);
INSERT INTO service_payments VALUES(10,2,'HC','80053',NULL,NULL,NULL,6250,2375,0,0,NULL,1000,NULL,'2025-11-04','2025-11-04',NULL,2375,838,25);
INSERT INTO service_payments VALUES(10,3,'HC','96372',NULL,NULL,NULL,5200,1456,0,0,NULL,1000,NULL,'2025-11-04','2025-11-04',NULL,1456,919,29);
INSERT INTO service_payments VALUES(10,4,'HC','71046',NULL,NULL,NULL,13900,5282,0,0,NULL,1000,NULL,'2025-11-04','2025-11-04',NULL,5282,998,33);
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
INSERT INTO adjustments VALUES(1,1,1,'CO','45',5655,NULL,0);
INSERT INTO adjustments VALUES(1,2,1,'PR','1',8845,NULL,0);
INSERT INTO adjustments VALUES(1,3,2,'CO','45',2445,NULL,0);
INSERT INTO adjustments VALUES(1,4,2,'PR','1',8855,NULL,0);
INSERT INTO adjustments VALUES(1,5,2,'PR','2',1194,NULL,0);
INSERT INTO adjustments VALUES(1,6,3,'CO','45',2465,NULL,0);
INSERT INTO adjustments VALUES(1,7,3,'PR','2',1645,NULL,0);
INSERT INTO adjustments VALUES(1,8,4,'CO','45',1145,NULL,0);
INSERT INTO adjustments VALUES(1,9,4,'PR','2',1291,NULL,0);
INSERT INTO adjustments VALUES(1,10,5,'CO','45',1568,NULL,0);
INSERT INTO adjustments VALUES(1,11,5,'PR','2',1667,NULL,0);
INSERT INTO adjustments VALUES(1,12,6,'CO','45',653,NULL,0);
INSERT INTO adjustments VALUES(1,13,6,'PR','2',479,NULL,0);
INSERT INTO adjustments VALUES(2,1,1,'CO','45',10915,NULL,0);
INSERT INTO adjustments VALUES(2,2,1,'PR','2',4975,NULL,0);
INSERT INTO adjustments VALUES(2,3,1,'PR','3',2000,NULL,0);
INSERT INTO adjustments VALUES(2,4,2,'CO','45',1582,NULL,0);
INSERT INTO adjustments VALUES(2,5,2,'PR','2',807,NULL,0);
INSERT INTO adjustments VALUES(2,6,3,'CO','45',2476,NULL,0);
INSERT INTO adjustments VALUES(2,7,3,'PR','2',1909,NULL,0);
INSERT INTO adjustments VALUES(2,8,4,'CO','45',1144,NULL,0);
INSERT INTO adjustments VALUES(2,9,4,'PR','2',1216,NULL,0);
INSERT INTO adjustments VALUES(3,1,1,'CO','45',5400,NULL,0);
INSERT INTO adjustments VALUES(3,2,1,'PR','2',4530,NULL,0);
INSERT INTO adjustments VALUES(3,3,1,'PR','3',2000,NULL,0);
INSERT INTO adjustments VALUES(3,4,2,'CO','45',2052,NULL,0);
INSERT INTO adjustments VALUES(3,5,2,'PR','2',1307,NULL,0);
INSERT INTO adjustments VALUES(3,6,3,'CO','45',7394,NULL,0);
INSERT INTO adjustments VALUES(3,7,3,'PR','2',4936,NULL,0);
INSERT INTO adjustments VALUES(4,1,1,'CO','45',5655,NULL,0);
INSERT INTO adjustments VALUES(4,2,1,'PR','2',2053,NULL,0);
INSERT INTO adjustments VALUES(4,3,1,'PR','3',2000,NULL,0);
INSERT INTO adjustments VALUES(4,4,2,'CO','45',540,NULL,0);
INSERT INTO adjustments VALUES(4,5,2,'PR','2',378,NULL,0);
INSERT INTO adjustments VALUES(4,6,3,'CO','45',1144,NULL,0);
INSERT INTO adjustments VALUES(4,7,3,'PR','2',1216,NULL,0);
INSERT INTO adjustments VALUES(4,8,4,'CO','45',359,NULL,0);
INSERT INTO adjustments VALUES(4,9,4,'PR','2',262,NULL,0);
INSERT INTO adjustments VALUES(5,1,1,'CO','45',5655,NULL,0);
INSERT INTO adjustments VALUES(5,2,1,'PR','2',2053,NULL,0);
INSERT INTO adjustments VALUES(5,3,1,'PR','3',2000,NULL,0);
INSERT INTO adjustments VALUES(5,4,2,'CO','45',653,NULL,0);
INSERT INTO adjustments VALUES(5,5,2,'PR','2',479,NULL,0);
INSERT INTO adjustments VALUES(5,6,3,'CO','45',1290,NULL,0);
INSERT INTO adjustments VALUES(5,7,3,'PR','2',2193,NULL,0);
INSERT INTO adjustments VALUES(5,8,4,'CO','45',1144,NULL,0);
INSERT INTO adjustments VALUES(5,9,4,'PR','2',1216,NULL,0);
INSERT INTO adjustments VALUES(5,10,5,'CO','45',1582,NULL,0);
INSERT INTO adjustments VALUES(5,11,5,'PR','2',807,NULL,0);
INSERT INTO adjustments VALUES(6,1,1,'CO','45',5605,NULL,0);
INSERT INTO adjustments VALUES(6,2,1,'PR','1',3895,NULL,0);
INSERT INTO adjustments VALUES(7,1,1,'CO','45',7980,NULL,0);
INSERT INTO adjustments VALUES(7,2,1,'PR','2',3306,NULL,0);
INSERT INTO adjustments VALUES(7,3,1,'PR','3',2000,NULL,0);
INSERT INTO adjustments VALUES(7,4,2,'CO','45',1492,NULL,0);
INSERT INTO adjustments VALUES(7,5,2,'PR','2',729,NULL,0);
INSERT INTO adjustments VALUES(7,6,3,'CO','45',40600,NULL,0);
INSERT INTO adjustments VALUES(7,7,3,'PR','2',31320,NULL,0);
INSERT INTO adjustments VALUES(7,8,4,'CO','45',540,NULL,0);
INSERT INTO adjustments VALUES(7,9,4,'PR','2',378,NULL,0);
INSERT INTO adjustments VALUES(7,10,5,'CO','45',36960,NULL,0);
INSERT INTO adjustments VALUES(7,11,5,'PR','2',22512,NULL,0);
INSERT INTO adjustments VALUES(8,1,1,'CO','45',7540,NULL,0);
INSERT INTO adjustments VALUES(8,2,1,'CO','253',111,NULL,0);
INSERT INTO adjustments VALUES(8,3,1,'PR','2',1392,NULL,0);
INSERT INTO adjustments VALUES(9,1,1,'CO','208',9500,NULL,1);
INSERT INTO adjustments VALUES(10,1,1,'CO','45',19525,NULL,0);
INSERT INTO adjustments VALUES(10,2,2,'CO','45',3875,NULL,0);
INSERT INTO adjustments VALUES(10,3,3,'CO','45',3744,NULL,0);
INSERT INTO adjustments VALUES(10,4,4,'CO','45',8618,NULL,0);
CREATE TABLE remark_codes (
    remittance_id INTEGER NOT NULL REFERENCES remittances (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    line_number INTEGER,
    code TEXT NOT NULL,
    PRIMARY KEY (remittance_id, sequence),
    FOREIGN KEY (remittance_id, line_number) REFERENCES service_payments (remittance_id, line_number)
        ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO remark_codes VALUES(9,1,NULL,'N290');
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
INSERT INTO claim_episodes VALUES(1,1,1,'linked',14648,0,13,'control_number','2026-11-25T22:38:05.128Z','2026-11-25T22:38:05.128Z','2026-11-25T22:38:05.128Z');
INSERT INTO claim_episodes VALUES(2,2,2,'linked',20791,0,9,'control_number','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO claim_episodes VALUES(3,3,3,'linked',25141,0,7,'control_number','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO claim_episodes VALUES(4,4,4,'linked',9128,0,9,'control_number','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO claim_episodes VALUES(5,5,5,'linked',15753,0,11,'control_number','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO claim_episodes VALUES(6,6,6,'linked',0,0,2,'control_number','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO claim_episodes VALUES(7,7,7,'linked',135908,0,11,'control_number','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO claim_episodes VALUES(8,8,8,'linked',5457,0,3,'control_number','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z','2026-11-25T22:38:05.129Z');
INSERT INTO claim_episodes VALUES(9,10,9,'denied',0,1,1,'control_number','2026-11-25T22:38:05.130Z','2026-11-25T22:38:05.130Z','2026-11-25T22:38:05.130Z');
INSERT INTO claim_episodes VALUES(10,11,10,'linked',17088,0,4,'control_number','2026-11-25T22:38:05.130Z','2026-11-25T22:38:05.130Z','2026-11-25T22:38:05.130Z');
CREATE TABLE episode_lines (
    episode_id INTEGER NOT NULL REFERENCES claim_episodes (id) ON DELETE CASCADE,
    remittance_line INTEGER NOT NULL CHECK (remittance_line >= 1),
    claim_line INTEGER NOT NULL CHECK (claim_line >= 1),
    PRIMARY KEY (episode_id, remittance_line)
) STRICT, WITHOUT ROWID;
INSERT INTO episode_lines VALUES(1,1,1);
INSERT INTO episode_lines VALUES(1,2,2);
INSERT INTO episode_lines VALUES(1,3,3);
INSERT INTO episode_lines VALUES(1,4,4);
INSERT INTO episode_lines VALUES(1,5,5);
INSERT INTO episode_lines VALUES(1,6,6);
INSERT INTO episode_lines VALUES(2,1,1);
INSERT INTO episode_lines VALUES(2,2,2);
INSERT INTO episode_lines VALUES(2,3,3);
INSERT INTO episode_lines VALUES(2,4,4);
INSERT INTO episode_lines VALUES(3,1,1);
INSERT INTO episode_lines VALUES(3,2,2);
INSERT INTO episode_lines VALUES(3,3,3);
INSERT INTO episode_lines VALUES(4,1,1);
INSERT INTO episode_lines VALUES(4,2,2);
INSERT INTO episode_lines VALUES(4,3,3);
INSERT INTO episode_lines VALUES(4,4,4);
INSERT INTO episode_lines VALUES(5,1,1);
INSERT INTO episode_lines VALUES(5,2,2);
INSERT INTO episode_lines VALUES(5,3,3);
INSERT INTO episode_lines VALUES(5,4,4);
INSERT INTO episode_lines VALUES(5,5,5);
INSERT INTO episode_lines VALUES(6,1,1);
INSERT INTO episode_lines VALUES(7,1,1);
INSERT INTO episode_lines VALUES(7,2,2);
INSERT INTO episode_lines VALUES(7,3,3);
INSERT INTO episode_lines VALUES(7,4,4);
INSERT INTO episode_lines VALUES(7,5,5);
INSERT INTO episode_lines VALUES(8,1,1);
INSERT INTO episode_lines VALUES(9,1,1);
INSERT INTO episode_lines VALUES(10,1,1);
INSERT INTO episode_lines VALUES(10,2,2);
INSERT INTO episode_lines VALUES(10,3,3);
INSERT INTO episode_lines VALUES(10,4,4);
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
, is_superseded INTEGER NOT NULL DEFAULT 0 CHECK (is_superseded IN (0, 1)), denial_probability REAL CHECK (denial_probability BETWEEN 0 AND 1), expected_loss INTEGER CHECK (expected_loss >= 0)) STRICT;
INSERT INTO risk_scores VALUES(1,4.2599999999999997868,'low',0.0,0.0,0.0,28.429999999999999715,0.0,'[{"type":"historical","severity":"info","rule":"denial-history","message":"No answers yet: 10 % of lines are assumed to be denied","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":4.26}]','[]','2026-11-25T22:38:05.125Z',0,0.28429999999999999715,NULL);
INSERT INTO risk_scores VALUES(2,3.330000000000000071,'low',0.0,0.0,0.0,22.190000000000001279,0.0,'[{"type":"historical","severity":"info","rule":"denial-history","message":"No answers yet: 10 % of lines are assumed to be denied","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":3.33}]','[]','2026-11-25T22:38:05.125Z',0,0.22189999999999998614,NULL);
INSERT INTO risk_scores VALUES(3,2.7799999999999998046,'low',0.0,0.0,0.0,18.55000000000000071,0.0,'[{"type":"historical","severity":"info","rule":"denial-history","message":"No answers yet: 10 % of lines are assumed to be denied","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":2.78}]','[]','2026-11-25T22:38:05.125Z',0,0.18549999999999999822,NULL);
INSERT INTO risk_scores VALUES(4,3.330000000000000071,'low',0.0,0.0,0.0,22.190000000000001279,0.0,'[{"type":"historical","severity":"info","rule":"denial-history","message":"No answers yet: 10 % of lines are assumed to be denied","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":3.33}]','[]','2026-11-25T22:38:05.125Z',0,0.22189999999999998614,NULL);
INSERT INTO risk_scores VALUES(5,3.8199999999999998401,'low',0.0,0.0,0.0,25.480000000000000426,0.0,'[{"type":"historical","severity":"info","rule":"denial-history","message":"No answers yet: 10 % of lines are assumed to be denied","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":3.82}]','[]','2026-11-25T22:38:05.125Z',0,0.25480000000000002646,NULL);
INSERT INTO risk_scores VALUES(6,1.5,'low',0.0,0.0,0.0,10.0,0.0,'[{"type":"historical","severity":"info","rule":"denial-history","message":"No answers yet: 10 % of lines are assumed to be denied","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":1.5}]','[]','2026-11-25T22:38:05.125Z',0,0.10000000000000000555,NULL);
INSERT INTO risk_scores VALUES(7,3.8199999999999998401,'low',0.0,0.0,0.0,25.480000000000000426,0.0,'[{"type":"historical","severity":"info","rule":"denial-history","message":"No answers yet: 10 % of lines are assumed to be denied","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":3.82}]','[]','2026-11-25T22:38:05.125Z',0,0.25480000000000002646,NULL);
INSERT INTO risk_scores VALUES(8,1.5,'low',0.0,0.0,0.0,10.0,0.0,'[{"type":"historical","severity":"info","rule":"denial-history","message":"No answers yet: 10 % of lines are assumed to be denied","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":1.5}]','[]','2026-11-25T22:38:05.125Z',0,0.10000000000000000555,NULL);
INSERT INTO risk_scores VALUES(9,1.2299999999999999822,'low',0.0,0.0,0.0,8.2300000000000004263,0.0,'[{"type":"historical","severity":"info","rule":"denial-history","message":"0 of 1 lines at this payer were denied; for this claim 8.2 % is estimated from 34 answered lines; little has been seen of such lines","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":1.23}]','[]','2026-11-25T22:38:05.133Z',0,0.082299999999999998157,6315);
INSERT INTO risk_scores VALUES(10,35.10000000000000142,'medium',48.0,60.0,48.0,10.0,0.0,'[{"type":"documentation","severity":"error","rule":"provider-npi-invalid","message":"The rendering provider''s NPI 9900001010 is wrong: the check digit should be 4","fix":"Correct the provider''s NPI; compare it with the NPI registry.","adjustment_reason":"207","segment":21,"element":"NM109","value":"9900001010","points":33.6},{"type":"historical","severity":"info","rule":"denial-history","message":"No answers yet: 10 % of lines are assumed to be denied","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":1.5}]','["Correct the provider''s NPI; compare it with the NPI registry."]','2026-11-25T22:38:05.125Z',0,0.64000000000000001332,NULL);
INSERT INTO risk_scores VALUES(11,3.330000000000000071,'low',0.0,0.0,0.0,22.190000000000001279,0.0,'[{"type":"historical","severity":"info","rule":"denial-history","message":"No answers yet: 10 % of lines are assumed to be denied","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":3.33}]','[]','2026-11-25T22:38:05.125Z',0,0.22189999999999998614,NULL);
INSERT INTO risk_scores VALUES(12,1.3100000000000000532,'low',0.0,0.0,0.0,8.6999999999999992894,0.0,'[{"type":"historical","severity":"info","rule":"denial-history","message":"0 of 5 lines at this payer were denied; for this claim 8.7 % is estimated from 34 answered lines; little has been seen of such lines","fix":"Before sending, compare the line with earlier ones that this payer paid: codes, modifiers, diagnoses, notes.","points":1.31}]','[]','2026-11-25T22:38:05.133Z',0,0.086999999999999994004,588);
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
INSERT INTO findings VALUES(1,1,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *250217*0800*^*00501*000000001*0*T*:',43,1,1);
INSERT INTO findings VALUES(2,2,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *250303*0800*^*00501*000000002*0*T*:',43,1,1);
INSERT INTO findings VALUES(3,3,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *250407*0800*^*00501*000000005*0*T*:',43,1,1);
INSERT INTO findings VALUES(4,4,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *250414*0800*^*00501*000000006*0*T*:',43,1,1);
INSERT INTO findings VALUES(5,5,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *250505*0800*^*00501*000000008*0*T*:',43,1,1);
INSERT INTO findings VALUES(6,6,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *250609*0800*^*00501*000000011*0*T*:',43,1,1);
INSERT INTO findings VALUES(7,7,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *250714*0800*^*00501*000000012*0*T*:',43,1,1);
INSERT INTO findings VALUES(8,8,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *250804*0800*^*00501*000000014*0*T*:',43,1,1);
INSERT INTO findings VALUES(9,9,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *250908*0800*^*00501*000000017*0*T*:',43,1,1);
INSERT INTO findings VALUES(10,10,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *251006*0800*^*00501*000000018*0*T*:',43,1,1);
INSERT INTO findings VALUES(11,10,10,NULL,'error','npi-check-digit','''9900001010'' is no NPI: its last digit would be 4','Look the provider up in the national registry (NPPES) and correct the NPI.',808,25,'NM109','0001','SFP00000009','NM1*82*1*TESTFINCH*AMBER****XX*9900001010',31,10,1);
INSERT INTO findings VALUES(12,11,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *251103*0800*^*00501*000000020*0*T*:',43,1,1);
INSERT INTO findings VALUES(13,12,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...       *251208*0800*^*00501*000000021*0*T*:',43,1,1);
INSERT INTO findings VALUES(14,13,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...LE     *250310*0800*^*00501*000000003*0*T*:',43,1,1);
INSERT INTO findings VALUES(15,14,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...LE     *250317*0800*^*00501*000000004*0*T*:',43,1,1);
INSERT INTO findings VALUES(16,15,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...LE     *250421*0800*^*00501*000000007*0*T*:',43,1,1);
INSERT INTO findings VALUES(17,16,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...LE     *250505*0800*^*00501*000000009*0*T*:',43,1,1);
INSERT INTO findings VALUES(18,17,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...LE     *250526*0800*^*00501*000000010*0*T*:',43,1,1);
INSERT INTO findings VALUES(19,18,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...LE     |250721|0800|^|00501|000000013|0|T|>',43,1,1);
INSERT INTO findings VALUES(20,19,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...LE     *250804*0800*^*00501*000000015*0*T*:',43,1,1);
INSERT INTO findings VALUES(21,20,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...LE     *250825*0800*^*00501*000000016*0*T*:',43,1,1);
INSERT INTO findings VALUES(22,21,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...LE     *251027*0800*^*00501*000000019*0*T*:',43,1,1);
INSERT INTO findings VALUES(23,21,NULL,9,'error','npi-check-digit','''9900001010'' is no NPI: its last digit would be 4','Look the provider up in the national registry (NPPES) and correct the NPI.',574,17,'NM109','0001','SFP00000009','NM1*82*1*TESTFINCH*AMBER****XX*9900001010',31,10,1);
INSERT INTO findings VALUES(24,22,NULL,NULL,'info','test-file','the interchange is a test','Set ISA15 to P when the claims are meant to be paid.',0,1,'ISA15',NULL,NULL,'...LE     |251208|0800|^|00501|000000022|0|T|>',43,1,1);
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
INSERT INTO claim_counts VALUES(0,1,'denied',1,'9900000016',1,0,9500);
INSERT INTO claim_counts VALUES(0,1,'paid',1,'9900000016',6,0,494415);
INSERT INTO claim_counts VALUES(0,1,'submitted',1,'9900000016',0,0,0);
INSERT INTO claim_counts VALUES(0,2,'paid',1,'9900000016',2,0,62350);
INSERT INTO claim_counts VALUES(0,2,'submitted',1,'9900000016',1,1,22800);
INSERT INTO claim_counts VALUES(0,3,'paid',1,'9900000016',1,0,14500);
INSERT INTO claim_counts VALUES(0,3,'submitted',1,'9900000016',0,0,0);
INSERT INTO claim_counts VALUES(0,3,'submitted',7,'9900000024',1,1,246275);
CREATE TABLE remittance_counts (
    block INTEGER NOT NULL,
    payer_id INTEGER NOT NULL,
    status TEXT NOT NULL,
    remittances INTEGER NOT NULL CHECK (remittances >= 0),
    unlinked INTEGER NOT NULL CHECK (unlinked BETWEEN 0 AND remittances),
    paid INTEGER NOT NULL,
    PRIMARY KEY (block, payer_id, status)
) STRICT, WITHOUT ROWID;
INSERT INTO remittance_counts VALUES(0,1,'denied',1,0,0);
INSERT INTO remittance_counts VALUES(0,1,'paid',6,0,221369);
INSERT INTO remittance_counts VALUES(0,2,'paid',2,0,17088);
INSERT INTO remittance_counts VALUES(0,3,'paid',1,0,5457);
INSERT INTO remittance_counts VALUES(0,4,'paid',0,0,0);
CREATE TABLE episode_counts (
    block INTEGER NOT NULL,
    status TEXT NOT NULL,
    episodes INTEGER NOT NULL CHECK (episodes >= 0),
    PRIMARY KEY (block, status)
) STRICT, WITHOUT ROWID;
INSERT INTO episode_counts VALUES(0,'denied',1);
INSERT INTO episode_counts VALUES(0,'linked',9);
CREATE TABLE risk_counts (
    is_superseded INTEGER NOT NULL,
    risk_level TEXT NOT NULL,
    scores INTEGER NOT NULL CHECK (scores >= 0),
    PRIMARY KEY (is_superseded, risk_level)
) STRICT, WITHOUT ROWID;
INSERT INTO risk_counts VALUES(0,'low',11);
INSERT INTO risk_counts VALUES(0,'medium',1);
CREATE TABLE payer_histories (
    payer_id INTEGER PRIMARY KEY REFERENCES payers (id) ON DELETE CASCADE,
    history TEXT NOT NULL CHECK (json_valid(history)),
    -- The last episode that was learned from.
    learned_at TEXT NOT NULL CHECK (learned_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(learned_at) IS NOT NULL)
) STRICT;
INSERT INTO payer_histories VALUES(1,'{"rendering":{"claims":6,"with":6},"member_ids":[{"shape":"A999999999","members":2}],"late":null,"procedures":[]}','2026-11-25T22:38:05.132Z');
INSERT INTO payer_histories VALUES(2,'{"rendering":{"claims":2,"with":2},"member_ids":[{"shape":"9999999999","members":1}],"late":null,"procedures":[]}','2026-11-25T22:38:05.132Z');
INSERT INTO payer_histories VALUES(3,'{"rendering":{"claims":1,"with":1},"member_ids":[{"shape":"9AA9AA9AA99","members":1}],"late":null,"procedures":[]}','2026-11-25T22:38:05.132Z');
CREATE TABLE risk_models (
    version INTEGER PRIMARY KEY,
    model TEXT NOT NULL CHECK (json_valid(model)),
    -- The last episode that was learned from, or up to which one learned anew did no better.
    last_episode INTEGER NOT NULL CHECK (last_episode >= 0),
    trained_at TEXT NOT NULL CHECK (trained_at GLOB '????-??-??T??:??:??.???Z' AND unixepoch(trained_at) IS NOT NULL)
) STRICT;
INSERT INTO risk_models VALUES(1,'{"form":2,"trained_on":{"from":"2025-03-11","to":"2025-12-08","lines":34,"denied":1},"rates":{"overall":{"lines":{"adjudicated":34,"denied":1},"charged":5712.6500034332275,"paid":2439.140006542206},"payers":[["1",{"lines":{"adjudicated":28,"denied":1},"charged":4944.1500034332275,"paid":2213.6900067329407}],["2",{"lines":{"adjudicated":5,"denied":0},"charged":623.5,"paid":170.88000011444092}],["3",{"lines":{"adjudicated":1,"denied":0},"charged":145.0,"paid":54.56999969482422}]],"procedures":[["36415",{"adjudicated":2,"denied":0}],["70551",{"adjudicated":1,"denied":0}],["71046",{"adjudicated":1,"denied":0}],["80053",{"adjudicated":1,"denied":0}],["80061",{"adjudicated":1,"denied":0}],["81003",{"adjudicated":2,"denied":0}],["83036",{"adjudicated":1,"denied":0}],["84443",{"adjudicated":1,"denied":0}],["85025",{"adjudicated":2,"denied":0}],["90686",{"adjudicated":1,"denied":0}],["93000",{"adjudicated":1,"denied":0}],["94640",{"adjudicated":1,"denied":0}],["95810",{"adjudicated":1,"denied":0}],["96372",{"adjudicated":4,"denied":0}],["97110",{"adjudicated":2,"denied":0}],["97140",{"adjudicated":1,"denied":0}],["99204",{"adjudicated":1,"denied":0}],["99212",{"adjudicated":2,"denied":1}],["99213",{"adjudicated":4,"denied":0}],["99214",{"adjudicated":1,"denied":0}],["99215",{"adjudicated":1,"denied":0}],["99395",{"adjudicated":1,"denied":0}],["J1885",{"adjudicated":1,"denied":0}]],"at_payer":[[["1","36415"],{"adjudicated":2,"denied":0}],[["1","70551"],{"adjudicated":1,"denied":0}],[["1","80061"],{"adjudicated":1,"denied":0}],[["1","81003"],{"adjudicated":2,"denied":0}],[["1","83036"],{"adjudicated":1,"denied":0}],[["1","84443"],{"adjudicated":1,"denied":0}],[["1","85025"],{"adjudicated":2,"denied":0}],[["1","90686"],{"adjudicated":1,"denied":0}],[["1","93000"],{"adjudicated":1,"denied":0}],[["1","94640"],{"adjudicated":1,"denied":0}],[["1","95810"],{"adjudicated":1,"denied":0}],[["1","96372"],{"adjudicated":3,"denied":0}],[["1","97110"],{"adjudicated":2,"denied":0}],[["1","97140"],{"adjudicated":1,"denied":0}],[["1","99212"],{"adjudicated":1,"denied":1}],[["1","99213"],{"adjudicated":3,"denied":0}],[["1","99214"],{"adjudicated":1,"denied":0}],[["1","99215"],{"adjudicated":1,"denied":0}],[["1","99395"],{"adjudicated":1,"denied":0}],[["1","J1885"],{"adjudicated":1,"denied":0}],[["2","71046"],{"adjudicated":1,"denied":0}],[["2","80053"],{"adjudicated":1,"denied":0}],[["2","96372"],{"adjudicated":1,"denied":0}],[["2","99204"],{"adjudicated":1,"denied":0}],[["2","99212"],{"adjudicated":1,"denied":0}],[["3","99213"],{"adjudicated":1,"denied":0}]],"rules":[["provider-npi-invalid",{"adjudicated":1,"denied":1}]],"strengths":{"payer":80.0,"procedure":320.0,"at_payer":20.0}},"vocabulary":{"levels":[],"things":[],"patterns":[]},"trees":[],"calibration":{"slope":1.0,"shift":0.0,"steps":[]},"togetherness":0.5,"of_claims":{"slope":1.0,"shift":0.0,"steps":[]}}',10,'2026-11-25T22:38:05.133Z');
CREATE TABLE score_renewals (
    -- 'all', 'payer:' and its row, or 'practice:' and its id.
    scope TEXT PRIMARY KEY CHECK (scope = 'all' OR scope GLOB 'payer:?*' OR scope GLOB 'practice:?*'),
    -- Claims from this row on are done.
    below_claim INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE score_basis (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    basis TEXT NOT NULL
) STRICT;
INSERT INTO score_basis VALUES(1,'{"version":"0.1.0","weights":{"payer":0.2,"coding":0.25,"doc":0.2,"historical":0.15,"pattern":0.2}}');
ANALYZE sqlite_schema;
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat4 VALUES('refinery_schema_history','sqlite_autoindex_refinery_schema_history_1','1 1','0 0','0 0',X'030909');
INSERT INTO sqlite_stat4 VALUES('refinery_schema_history','sqlite_autoindex_refinery_schema_history_1','1 1','1 1','1 1',X'0301010202');
INSERT INTO sqlite_stat4 VALUES('refinery_schema_history','sqlite_autoindex_refinery_schema_history_1','1 1','2 2','2 2',X'0301010303');
INSERT INTO sqlite_stat4 VALUES('refinery_schema_history','sqlite_autoindex_refinery_schema_history_1','1 1','3 3','3 3',X'0301010404');
INSERT INTO sqlite_stat4 VALUES('refinery_schema_history','sqlite_autoindex_refinery_schema_history_1','1 1','4 4','4 4',X'0301010505');
INSERT INTO sqlite_stat4 VALUES('refinery_schema_history','sqlite_autoindex_refinery_schema_history_1','1 1','5 5','5 5',X'0301010606');
CREATE UNIQUE INDEX imports_sha256 ON imports (sha256) WHERE state IN ('queued', 'running', 'done');
CREATE INDEX imports_waiting ON imports (id) WHERE state IN ('queued', 'running');
CREATE INDEX imports_duplicate_of ON imports (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX payer_aliases_payer_id ON payer_aliases (payer_id);
CREATE UNIQUE INDEX payer_spellings_once ON payer_spellings (ids, ifnull(name, ''));
CREATE INDEX payer_spellings_payer_id ON payer_spellings (payer_id);
CREATE INDEX providers_name_key ON providers (name_key, tax_id);
CREATE UNIQUE INDEX provider_spellings_once ON provider_spellings (
    ifnull(npi, ''), ifnull(name, ''), ifnull(first_name, ''), ifnull(tax_id, ''), ifnull(taxonomy, ''),
    ifnull(other_id, ''), is_person
);
CREATE INDEX provider_spellings_provider_id ON provider_spellings (provider_id);
CREATE INDEX claims_control_number_key ON claims (control_number_key);
CREATE INDEX claims_payer_number_key ON claims (payer_number_key) WHERE payer_number_key IS NOT NULL;
CREATE INDEX claims_subscriber ON claims (subscriber_member_key, service_date, total_charge_amount)
    WHERE subscriber_member_key IS NOT NULL;
CREATE INDEX claims_patient ON claims (patient_member_key, service_date, total_charge_amount)
    WHERE patient_member_key IS NOT NULL;
CREATE INDEX claims_import_id ON claims (import_id);
CREATE INDEX claims_plan_id ON claims (plan_id) WHERE plan_id IS NOT NULL;
CREATE INDEX claims_supersedes ON claims (supersedes_claim_id) WHERE supersedes_claim_id IS NOT NULL;
CREATE INDEX payments_import_id ON payments (import_id);
CREATE INDEX payments_payer_id ON payments (payer_id);
CREATE INDEX remittances_payment_id ON remittances (payment_id);
CREATE INDEX remittances_control_number_key ON remittances (control_number_key);
CREATE INDEX remittances_payer_number_key ON remittances (payer_number_key) WHERE payer_number_key IS NOT NULL;
CREATE INDEX remittances_patient ON remittances (patient_member_key, service_date)
    WHERE patient_member_key IS NOT NULL;
CREATE INDEX remittances_subscriber ON remittances (subscriber_member_key, service_date)
    WHERE subscriber_member_key IS NOT NULL;
CREATE INDEX remittances_corrected ON remittances (corrected_member_key, service_date)
    WHERE corrected_member_key IS NOT NULL;
CREATE INDEX claim_episodes_claim_id ON claim_episodes (claim_id);
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
CREATE TRIGGER risk_scores_made AFTER INSERT ON risk_scores BEGIN
    UPDATE claims SET is_scored = 1 WHERE id = NEW.claim_id AND is_scored = 0;
END;
CREATE TRIGGER risk_scores_gone AFTER DELETE ON risk_scores BEGIN
    UPDATE claims SET is_scored = 0 WHERE id = OLD.claim_id;
END;
CREATE INDEX denial_patterns_payer_id ON denial_patterns (payer_id);
CREATE INDEX findings_import_id ON findings (import_id);
CREATE INDEX findings_claim_id ON findings (claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX findings_remittance_id ON findings (remittance_id) WHERE remittance_id IS NOT NULL;
CREATE INDEX claims_payer_id_status ON claims (payer_id, status, provider_id, practice_id);
CREATE INDEX claims_provider_id ON claims (provider_id);
CREATE INDEX claims_practice_id ON claims (practice_id);
CREATE INDEX claims_created_at ON claims (created_at);
CREATE INDEX claims_denied ON claims (status) WHERE status = 'denied';
CREATE INDEX claims_unlinked ON claims (is_linked) WHERE is_linked = 0;
CREATE INDEX claims_unscored ON claims (is_scored) WHERE is_scored = 0;
CREATE INDEX remittances_payer_id_status ON remittances (payer_id, status);
CREATE INDEX remittances_created_at ON remittances (created_at);
CREATE INDEX claim_episodes_status ON claim_episodes (status);
CREATE INDEX claim_episodes_created_at ON claim_episodes (created_at);
CREATE INDEX risk_scores_riskiest ON risk_scores (overall_score) WHERE is_superseded = 0;
CREATE INDEX risk_scores_calculated_at ON risk_scores (calculated_at);
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
CREATE TRIGGER claims_superseded AFTER UPDATE OF status ON claims
WHEN (NEW.status IN ('replaced', 'voided', 'repeat')) <> (OLD.status IN ('replaced', 'voided', 'repeat')) BEGIN
    UPDATE risk_scores SET is_superseded = NEW.status IN ('replaced', 'voided', 'repeat') WHERE claim_id = NEW.id;
END;
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
CREATE TRIGGER claim_episodes_made AFTER INSERT ON claim_episodes BEGIN
    UPDATE claims SET is_linked = 1 WHERE id = NEW.claim_id AND is_linked = 0;
    UPDATE remittances SET link_state = 'linked' WHERE id = NEW.remittance_id AND link_state <> 'linked';
END;
CREATE TRIGGER claims_recounted
AFTER UPDATE OF payer_id, status, provider_id, practice_id, total_charge_amount, is_linked ON claims
WHEN NEW.payer_id IS NOT OLD.payer_id OR NEW.status <> OLD.status OR NEW.provider_id IS NOT OLD.provider_id
  OR NEW.practice_id IS NOT OLD.practice_id OR NEW.total_charge_amount <> OLD.total_charge_amount
  OR NEW.is_linked <> OLD.is_linked
BEGIN
    UPDATE claim_counts
    SET claims = claims - 1, unlinked = unlinked - (OLD.is_linked = 0),
        charge = charge - max(-1000000000000000, min(1000000000000000, OLD.total_charge_amount))
    WHERE block = OLD.id >> 12 AND payer_id = ifnull(OLD.payer_id, 0) AND status = OLD.status
      AND provider_id = ifnull(OLD.provider_id, 0) AND practice_id = ifnull(OLD.practice_id, '');
    INSERT INTO claim_counts
    VALUES (NEW.id >> 12, ifnull(NEW.payer_id, 0), NEW.status, ifnull(NEW.provider_id, 0), ifnull(NEW.practice_id, ''),
            1, NEW.is_linked = 0, max(-1000000000000000, min(1000000000000000, NEW.total_charge_amount)))
    ON CONFLICT DO UPDATE
    SET claims = claims + 1, unlinked = unlinked + excluded.unlinked, charge = charge + excluded.charge;
END;
COMMIT;
