-- A code that has ended is of no use to anybody: its number stays, so that the record can say why it does not open, and its hash goes. People
-- use one code in many places. Overwritten in the transaction that ends it, whatever ends it. Frozen, as every migration.

CREATE TRIGGER credential_code_ended AFTER UPDATE ON credential
WHEN NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL BEGIN
  UPDATE pin SET salt = randomblob(16), hash = randomblob(32) WHERE credential_id = NEW.id;
END;

UPDATE pin SET salt = randomblob(16), hash = randomblob(32)
WHERE credential_id IN (SELECT id FROM credential WHERE revoked_at IS NOT NULL);
