"""The tables, by numbered migrations."""

_FACTS = """
    number INTEGER PRIMARY KEY,  -- InspectionId
    source INTEGER NOT NULL, job INTEGER NOT NULL,
    accepted_at_us INTEGER NOT NULL, accepted_ns INTEGER NOT NULL,
    trigger_seq INTEGER NOT NULL, by_bit INTEGER NOT NULL, client TEXT NOT NULL,
    part_id BLOB NOT NULL, user_tag INTEGER NOT NULL, encoder INTEGER NOT NULL,
    parameters BLOB, cmd_trigger INTEGER NOT NULL, forced INTEGER NOT NULL
"""

_FIRST = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE retained (
    id INTEGER PRIMARY KEY CHECK (id = 1), state BLOB NOT NULL, boot_id TEXT NOT NULL, at_us INTEGER NOT NULL
);
CREATE TABLE acceptances ({_FACTS});  -- open triggers: a row goes in the transaction that writes its result
CREATE TABLE results ({_FACTS},
    result_seq INTEGER NOT NULL,
    recipe TEXT NOT NULL, recipe_version INTEGER NOT NULL,
    judgement INTEGER NOT NULL,  -- as offered: 1 PASS, 2 FAIL, 3 ERROR
    reject_class INTEGER NOT NULL, error_code INTEGER NOT NULL, message TEXT NOT NULL,
    acquired_at_us INTEGER NOT NULL, finished_at_us INTEGER NOT NULL,
    cycle_us INTEGER NOT NULL, acquisition_us INTEGER NOT NULL, processing_us INTEGER NOT NULL,
    work_order TEXT NOT NULL, lot TEXT NOT NULL, shift TEXT NOT NULL,
    image TEXT NOT NULL, lossless INTEGER NOT NULL,
    stored INTEGER NOT NULL,  -- 0: it was offered before it stood here
    outcome BLOB NOT NULL, steps BLOB NOT NULL
);
CREATE INDEX results_judgement ON results (judgement);
CREATE INDEX results_recipe ON results (recipe);
CREATE INDEX results_job ON results (job);
CREATE INDEX results_recipe_bad ON results (recipe, judgement) WHERE judgement <> 1;
CREATE INDEX results_job_bad ON results (job, judgement) WHERE judgement <> 1;
CREATE INDEX results_part ON results (part_id) WHERE part_id <> x'';
CREATE INDEX results_lot ON results (lot) WHERE lot <> '';
CREATE INDEX results_order ON results (work_order) WHERE work_order <> '';
CREATE INDEX results_image ON results (judgement) WHERE image <> '';
CREATE INDEX results_finished ON results (finished_at_us);

-- What was measured, and the limits it was held to; few rows, many measurements point here.
CREATE TABLE measures (
    id INTEGER PRIMARY KEY, step TEXT NOT NULL, tool TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,
    low REAL NOT NULL, high REAL NOT NULL, UNIQUE (step, tool, name, unit, low, high)
);
CREATE TABLE measurements (
    number INTEGER NOT NULL, position INTEGER NOT NULL, measure INTEGER NOT NULL,
    value REAL,  -- NULL = not a number
    judgement INTEGER NOT NULL, status INTEGER NOT NULL,
    PRIMARY KEY (number, position)
) WITHOUT ROWID;
-- Two rows for each step that is not PASS: under its name and under its tool.
CREATE TABLE failures (key TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE INDEX failures_number ON failures (number);

-- Written with each result. Forced results are not counted.
CREATE TABLE rollup_hourly (
    hour_us INTEGER NOT NULL, job INTEGER NOT NULL, passed INTEGER NOT NULL, failed INTEGER NOT NULL,
    errors INTEGER NOT NULL, cycle_us INTEGER NOT NULL,
    PRIMARY KEY (hour_us, job)
) WITHOUT ROWID;
CREATE TABLE rollup_steps (
    hour_us INTEGER NOT NULL, job INTEGER NOT NULL, step TEXT NOT NULL, tool TEXT NOT NULL,
    failed INTEGER NOT NULL, errors INTEGER NOT NULL,
    PRIMARY KEY (hour_us, job, step, tool)
) WITHOUT ROWID;
CREATE TABLE hours (  -- which numbers ended in an hour: a time becomes a range of numbers, also where a clock was set
    hour_us INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL
);

CREATE TABLE recipe_versions (
    job INTEGER NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, content TEXT NOT NULL,
    at_us INTEGER NOT NULL, PRIMARY KEY (job, version, sha256)
) WITHOUT ROWID;
CREATE TABLE alarms (
    id INTEGER PRIMARY KEY, number INTEGER NOT NULL, severity TEXT NOT NULL, text TEXT NOT NULL,
    since_us INTEGER NOT NULL, cleared_at_us INTEGER
);
CREATE UNIQUE INDEX alarms_active ON alarms (number) WHERE cleared_at_us IS NULL;
CREATE TABLE events (
    id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, who TEXT NOT NULL
);
"""

_DRAWING = """
ALTER TABLE results ADD COLUMN drawing BLOB;  -- what to draw on the frame; NULL before schema 2
"""

# Warn limits and the nominal belong to what a value was held to.
_WARN_LIMITS = """
CREATE TABLE measures_of_3 (
    id INTEGER PRIMARY KEY, step TEXT NOT NULL, tool TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,
    low REAL NOT NULL, high REAL NOT NULL, warn_low REAL NOT NULL, warn_high REAL NOT NULL, nominal REAL
);
INSERT INTO measures_of_3 SELECT id, step, tool, name, unit, low, high, -9e999, 9e999, NULL FROM measures;
DROP TABLE measures;
ALTER TABLE measures_of_3 RENAME TO measures;
CREATE INDEX measures_key ON measures (step, tool, name, unit, low, high);
"""

# What a part belongs to is latched with its trigger; counts by lot and by shift until a latch takes them.
_CONTEXT = """
ALTER TABLE acceptances ADD COLUMN work_order TEXT NOT NULL DEFAULT '';
ALTER TABLE acceptances ADD COLUMN lot TEXT NOT NULL DEFAULT '';
ALTER TABLE acceptances ADD COLUMN shift TEXT NOT NULL DEFAULT '';
ALTER TABLE acceptances ADD COLUMN shift_since_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE results ADD COLUMN shift_since_us INTEGER NOT NULL DEFAULT 0;
CREATE INDEX results_shift ON results (shift) WHERE shift <> '';
CREATE TABLE tallies (
    id INTEGER PRIMARY KEY, scope INTEGER NOT NULL,  -- 1 by order and lot, 2 by shift
    latch INTEGER NOT NULL,  -- the set, 0 = live
    work_order TEXT NOT NULL, lot TEXT NOT NULL, shift TEXT NOT NULL, shift_since_us INTEGER NOT NULL,
    passed INTEGER NOT NULL, failed INTEGER NOT NULL, errors INTEGER NOT NULL
);
CREATE UNIQUE INDEX tallies_key ON tallies (scope, latch, work_order, lot, shift, shift_since_us);
CREATE INDEX tallies_latch ON tallies (latch);
CREATE TABLE tally_classes (
    tally INTEGER NOT NULL, reject_class INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (tally, reject_class)
) WITHOUT ROWID;
CREATE TABLE latches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, scope INTEGER NOT NULL, client TEXT NOT NULL, number INTEGER NOT NULL,
    at_us INTEGER NOT NULL
);
CREATE INDEX latches_client ON latches (scope, client);
"""

_COUNTED = """
ALTER TABLE results ADD COLUMN counted TEXT;  -- the station's counters with this result, JSON; NULL = not known
"""

# Who has seen an alarm, and who has seen to it. What was over before schema 6 waits for nobody.
_ACKNOWLEDGED = """
ALTER TABLE alarms ADD COLUMN changed_at_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alarms ADD COLUMN acknowledged_at_us INTEGER;  -- NULL = not yet
ALTER TABLE alarms ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE alarms ADD COLUMN confirmed_at_us INTEGER;  -- NULL = not yet
ALTER TABLE alarms ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE alarms ADD COLUMN comment TEXT NOT NULL DEFAULT '';
ALTER TABLE alarms ADD COLUMN commented_at_us INTEGER;  -- NULL = never
ALTER TABLE alarms ADD COLUMN commented_by TEXT NOT NULL DEFAULT '';
UPDATE alarms SET changed_at_us = coalesce(cleared_at_us, since_us), acknowledged_at_us = cleared_at_us,
    confirmed_at_us = cleared_at_us;
CREATE INDEX alarms_number ON alarms (number);
"""

# What a client gave a job beside the part; '' = nothing.
_GIVEN = """
ALTER TABLE results ADD COLUMN meas_id TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN product_id TEXT NOT NULL DEFAULT '';
CREATE INDEX results_meas ON results (meas_id) WHERE meas_id <> '';
CREATE INDEX results_product ON results (product_id) WHERE product_id <> '';
"""

# What an image is kept as (`rows.KeptAs`), so that each class has limits of its own. It follows from the columns, and
# cannot contradict them; what retention and the System page ask is answered by the index alone.
_KEPT = """
ALTER TABLE results ADD COLUMN image_bytes INTEGER NOT NULL DEFAULT 0;  -- on the disk, with the thumbnail; 0 = unknown
ALTER TABLE results ADD COLUMN sampled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE results ADD COLUMN exported_at_us INTEGER;  -- NULL = not yet
ALTER TABLE results ADD COLUMN pinned_at_us INTEGER;  -- NULL = it is not
ALTER TABLE results ADD COLUMN pinned_by TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN pinned_why TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN exported INTEGER GENERATED ALWAYS AS (exported_at_us IS NOT NULL) VIRTUAL;
ALTER TABLE results ADD COLUMN kept_as INTEGER GENERATED ALWAYS AS (
    CASE WHEN pinned_at_us IS NOT NULL THEN 4 WHEN judgement <> 1 THEN 3 WHEN sampled THEN 2 ELSE 1 END
) VIRTUAL;
DROP INDEX results_image;
CREATE INDEX results_kept ON results (kept_as, exported, number, image_bytes) WHERE image <> '';
CREATE INDEX results_exported ON results (exported_at_us) WHERE exported_at_us IS NOT NULL AND image <> '';
CREATE INDEX results_pinned ON results (pinned_at_us) WHERE pinned_at_us IS NOT NULL;
"""

# What people said about rejects, and what the history is searched by. An index leads to its results in the order of
# their numbers: those of parts that did not pass are small, and tell FAIL from ERROR without the rows.
_SEARCHED = """
ALTER TABLE results ADD COLUMN verdict INTEGER;  -- NULL = nobody gave one
ALTER TABLE results ADD COLUMN verdict_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN verdict_by TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN verdict_at_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE results ADD COLUMN sort_class TEXT NOT NULL DEFAULT '';
UPDATE results SET sort_class = coalesce(json_extract(CAST(outcome AS TEXT), '$.sort_class'), '')
    WHERE instr(outcome, CAST('"sort_class"' AS BLOB)) > 0;
DROP INDEX results_recipe_bad;
DROP INDEX results_job_bad;
CREATE INDEX results_bad ON results (number, judgement) WHERE judgement <> 1;
CREATE INDEX results_recipe_bad ON results (recipe, number, judgement) WHERE judgement <> 1;
CREATE INDEX results_job_bad ON results (job, number, judgement) WHERE judgement <> 1;
CREATE INDEX results_version ON results (job, recipe_version);
CREATE INDEX results_class ON results (reject_class, number, judgement) WHERE reject_class <> 0;
CREATE INDEX results_sort ON results (sort_class) WHERE sort_class <> '';
CREATE INDEX results_verdict ON results (verdict) WHERE verdict IS NOT NULL;
CREATE INDEX results_imaged ON results (number) WHERE image <> '';
"""

MIGRATIONS: tuple[str, ...] = (
    _FIRST,
    _DRAWING,
    _WARN_LIMITS,
    _CONTEXT,
    _COUNTED,
    _ACKNOWLEDGED,
    _GIVEN,
    _KEPT,
    _SEARCHED,
)
"""Number n brings a database from schema n - 1 to n. Added, never changed."""
