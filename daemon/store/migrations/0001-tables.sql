-- The tables. Frozen: its checksum is a test; a change is a new file with the next number.
-- No hidden rowid where a text is the key: REPLACE through a rowid would delete another row and fire no trigger.
-- Times are wall milliseconds since 1970 UTC.

-- Keys that live inside the encrypted file.
CREATE TABLE secret_key (
  name TEXT NOT NULL CHECK (name IN ('card_index', 'pin_pepper')),
  generation INTEGER NOT NULL CHECK (generation >= 1),
  bytes BLOB NOT NULL CHECK (length(bytes) = 32),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (name, generation)
) STRICT, WITHOUT ROWID;

-- People. A resident's name stands here and nowhere else.
CREATE TABLE household (
  id TEXT PRIMARY KEY,
  room TEXT NOT NULL UNIQUE CHECK (length(room) BETWEEN 1 AND 40)
) STRICT, WITHOUT ROWID;

CREATE TABLE resident (
  id TEXT PRIMARY KEY,
  household_id TEXT NOT NULL REFERENCES household (id),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  born TEXT CHECK (born IS NULL OR (date(born) IS NOT NULL AND date(born) = born)),
  guardian_required INTEGER NOT NULL DEFAULT 0 CHECK (guardian_required IN (0, 1)),
  -- A closed list, on which unpaid fees do not stand (Civil Code 944).
  suspension_reason TEXT CHECK (suspension_reason IN ('moved_out', 'own_request', 'credentials_lost', 'court_order', 'danger')),
  suspended_until INTEGER CHECK (suspended_until IS NULL OR suspension_reason IS NOT NULL),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX resident_household ON resident (household_id);

-- Schedules and rights.
CREATE TABLE schedule (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  kind TEXT NOT NULL CHECK (kind IN ('always', 'weekly'))
) STRICT, WITHOUT ROWID;
INSERT INTO schedule (id, name, kind) VALUES ('always', 'always', 'always');

CREATE TABLE schedule_segment (
  schedule_id TEXT NOT NULL REFERENCES schedule (id),
  weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  from_minute INTEGER NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
  to_minute INTEGER NOT NULL CHECK (to_minute BETWEEN 1 AND 1440 AND to_minute > from_minute),
  PRIMARY KEY (schedule_id, weekday, from_minute)
) STRICT, WITHOUT ROWID;

CREATE TABLE entitlement (
  id TEXT PRIMARY KEY,
  resident_id TEXT NOT NULL REFERENCES resident (id),
  gate TEXT NOT NULL,
  schedule_id TEXT NOT NULL REFERENCES schedule (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entitlement_resident ON entitlement (resident_id, gate);

-- What was enrolled. Nothing here tells a card's identifier or a code.
CREATE TABLE credential (
  id TEXT PRIMARY KEY,
  resident_id TEXT NOT NULL REFERENCES resident (id),
  kind TEXT NOT NULL CHECK (kind IN ('card', 'pin', 'face', 'pass')),
  created_at INTEGER NOT NULL,
  not_before INTEGER,
  expires_at INTEGER,
  -- Only a visitor's pass is counted; a resident's own card or code never runs out.
  uses_left INTEGER CHECK (uses_left IS NULL OR (kind = 'pass' AND uses_left >= 0)),
  revoked_at INTEGER,
  revoked_because TEXT CHECK ((revoked_because IS NULL) = (revoked_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_resident ON credential (resident_id, kind);

CREATE TABLE card (
  credential_id TEXT PRIMARY KEY REFERENCES credential (id),
  index_hash BLOB NOT NULL UNIQUE CHECK (length(index_hash) = 32),
  key_generation INTEGER NOT NULL,
  proof TEXT NOT NULL CHECK (proof IN ('identifier', 'authenticated'))
) STRICT, WITHOUT ROWID;

CREATE TABLE pin (
  credential_id TEXT PRIMARY KEY REFERENCES credential (id),
  number TEXT NOT NULL UNIQUE CHECK (length(number) BETWEEN 3 AND 8 AND number NOT GLOB '*[^0-9]*'),
  salt BLOB NOT NULL CHECK (length(salt) = 16),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  memory_kib INTEGER NOT NULL,
  passes INTEGER NOT NULL,
  parallelism INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Wrong codes of one credential; the rule is daemon/core/limits.ts.
CREATE TABLE try_count (
  credential_id TEXT PRIMARY KEY REFERENCES credential (id),
  wrong INTEGER NOT NULL,
  boot TEXT NOT NULL,
  started_at REAL NOT NULL,
  last_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- A consent is evidence (what makes it that is in 0002): it may be confirmed once and ended once, and outlives the resident's row (kept by its opaque id).
CREATE TABLE consent (
  id TEXT PRIMARY KEY,
  resident_id TEXT NOT NULL,
  notice_hash TEXT NOT NULL,
  model TEXT NOT NULL,
  given_by TEXT NOT NULL CHECK (given_by IN ('self', 'guardian')),
  guardian_name TEXT CHECK ((guardian_name IS NOT NULL) = (given_by = 'guardian')),
  form_number TEXT NOT NULL CHECK (length(form_number) BETWEEN 1 AND 64),
  witness TEXT NOT NULL CHECK (length(witness) BETWEEN 1 AND 100),
  language TEXT NOT NULL,
  given_at INTEGER NOT NULL,
  -- At most twelve months (366 days).
  expires_at INTEGER NOT NULL CHECK (expires_at > given_at AND expires_at <= given_at + 31622400000),
  confirmed_at INTEGER,
  confirmed_by_credential TEXT CHECK ((confirmed_by_credential IS NULL) = (confirmed_at IS NULL)),
  ended_at INTEGER,
  ended_because TEXT CHECK ((ended_because IS NULL) = (ended_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_resident ON consent (resident_id, ended_at);

CREATE TABLE consent_gate (
  consent_id TEXT NOT NULL REFERENCES consent (id),
  gate TEXT NOT NULL,
  PRIMARY KEY (consent_id, gate)
) STRICT, WITHOUT ROWID;

-- A stored face vector, sealed by the face process with a key of its own that is deleted with it.
CREATE TABLE template (
  id TEXT PRIMARY KEY,
  credential_id TEXT NOT NULL REFERENCES credential (id),
  consent_id TEXT NOT NULL REFERENCES consent (id),
  model TEXT NOT NULL,
  sealed BLOB NOT NULL CHECK (length(sealed) BETWEEN 1 AND 65536),
  wrapped_key BLOB NOT NULL CHECK (length(wrapped_key) BETWEEN 1 AND 1024),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX template_credential ON template (credential_id);
CREATE INDEX template_consent ON template (consent_id);

-- Deleted templates whose bytes have not yet been proved gone from free pages and the WAL.
CREATE TABLE erasure_pending (
  template_id TEXT PRIMARY KEY,
  deleted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The running configuration, mirrored by main in the transaction that makes it effective; P2 reads only these.
CREATE TABLE gate_side (
  gate TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('entry', 'exit')),
  PRIMARY KEY (gate, side)
) STRICT, WITHOUT ROWID;

-- What a side offered before, and until when (daemon/store/other-way.ts).
CREATE TABLE side_past (
  gate TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('entry', 'exit')),
  until INTEGER NOT NULL,
  ways TEXT NOT NULL,
  PRIMARY KEY (gate, side, until)
) STRICT, WITHOUT ROWID;

CREATE TABLE side_path (
  gate TEXT NOT NULL,
  side TEXT NOT NULL,
  path TEXT NOT NULL CHECK (path IN ('card', 'keypad', 'face')),
  PRIMARY KEY (gate, side, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE two_factor (
  gate TEXT NOT NULL,
  side TEXT NOT NULL,
  path_a TEXT NOT NULL CHECK (path_a IN ('card', 'keypad', 'face')),
  path_b TEXT NOT NULL CHECK (path_b IN ('card', 'keypad', 'face') AND path_b <> path_a),
  PRIMARY KEY (gate, side, path_a, path_b)
) STRICT, WITHOUT ROWID;

CREATE TABLE effective (
  gate TEXT PRIMARY KEY,
  notice_hash TEXT NOT NULL,
  model TEXT NOT NULL,
  config_hash TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE path_pause (
  gate TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('entry', 'exit')),
  path TEXT NOT NULL CHECK (path IN ('card', 'keypad', 'face')),
  because TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (gate, side, path)
) STRICT, WITHOUT ROWID;

-- What happened. Append only; a purge nulls payload and salt of attempts and menus, and the chain still verifies (chain.ts).
CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,
  at_wall INTEGER NOT NULL,
  at_monotonic REAL NOT NULL,
  boot TEXT NOT NULL,
  -- 1: a time service of that boot had set the clock, or the operator vouches for it.
  clock_set INTEGER NOT NULL CHECK (clock_set IN (0, 1)),
  -- The latest time that a set clock has told up to here, 0 for none (daemon/core/clock.ts).
  latest_wall INTEGER NOT NULL,
  kind TEXT NOT NULL,
  flags TEXT NOT NULL CHECK (flags IN ('', 'journaled')),
  salt BLOB,
  payload BLOB,
  payload_hash BLOB NOT NULL CHECK (length(payload_hash) = 32),
  previous BLOB NOT NULL CHECK (length(previous) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- What a purge has yet to take (retention.ts), so that it never walks through years of what it has.
CREATE INDEX ledger_named ON ledger (seq) WHERE payload IS NOT NULL AND kind IN ('attempt', 'menu');
-- What a start asks for: where the last run left off, among few rows instead of all of that run's.
CREATE INDEX ledger_standing ON ledger (seq) WHERE kind IN
  ('inequality_opened', 'inequality_remedy', 'inequality_closed', 'configuration_effective');

-- How far each reader of the ledger (a broker, an export) has got: the ledger itself is the outbox.
CREATE TABLE outbox (
  reader TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What has no person in it, by the hour.
CREATE TABLE counter (
  hour INTEGER NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('entry', 'exit')),
  path TEXT NOT NULL CHECK (path IN ('card', 'keypad', 'face')),
  what TEXT NOT NULL CHECK (length(what) BETWEEN 1 AND 40),
  count INTEGER NOT NULL CHECK (count > 0),
  PRIMARY KEY (hour, side, path, what)
) STRICT, WITHOUT ROWID;
