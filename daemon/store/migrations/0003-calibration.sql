-- The site's own calibration of faces: counts of a model's gallery, and who resembles whom. Frozen, as every migration.
-- No score and no name. A pair is about two people who agreed to face: it goes with the template of either, in the same transaction.

CREATE TABLE calibration (
  -- Of another model than the effective one it is stale, and is not used.
  model TEXT PRIMARY KEY CHECK (length(model) BETWEEN 1 AND 128),
  at INTEGER NOT NULL,
  people INTEGER NOT NULL CHECK (people >= 0),
  people_pairs INTEGER NOT NULL CHECK (people_pairs >= 0),
  pairs INTEGER NOT NULL CHECK (pairs >= 0),
  least_rate REAL NOT NULL CHECK (least_rate BETWEEN 0 AND 1),
  raised_by REAL NOT NULL CHECK (raised_by BETWEEN 0 AND 1),
  -- [{"threshold":0.3,"pairs":123}, …]: only where enough pairs of people are behind it (models/calibrate.ts).
  points TEXT NOT NULL CHECK (json_valid(points) AND length(points) <= 16384)
) STRICT, WITHOUT ROWID;

CREATE TABLE look_alike (
  credential_a TEXT NOT NULL,
  credential_b TEXT NOT NULL CHECK (credential_a < credential_b),
  PRIMARY KEY (credential_a, credential_b)
) STRICT, WITHOUT ROWID;
CREATE INDEX look_alike_other ON look_alike (credential_b);

CREATE TRIGGER look_alike_insert BEFORE INSERT ON look_alike BEGIN
  -- Whose face ended while the faces were compared is named no more.
  SELECT RAISE(ABORT, 'credential_unfit')
  WHERE NOT EXISTS (SELECT 1 FROM template WHERE credential_id = NEW.credential_a)
     OR NOT EXISTS (SELECT 1 FROM template WHERE credential_id = NEW.credential_b);
END;
CREATE TRIGGER look_alike_update BEFORE UPDATE ON look_alike BEGIN
  SELECT RAISE(ABORT, 'template_fixed');
END;
CREATE TRIGGER template_deleted_look_alike AFTER DELETE ON template BEGIN
  DELETE FROM look_alike WHERE credential_a = OLD.credential_id OR credential_b = OLD.credential_id;
END;
