-- Of a card that proves a key: the generation of the site's key from which its own was derived, as its last proof said.
CREATE TABLE issued_card (
  credential_id TEXT PRIMARY KEY REFERENCES card (credential_id) ON DELETE CASCADE,
  generation INTEGER NOT NULL CHECK (generation >= 1)
) STRICT, WITHOUT ROWID;

-- Of a card that mirrors a counter at each reading (NTAG 424 SDM): the highest that was seen. It only rises.
CREATE TABLE card_counter (
  credential_id TEXT PRIMARY KEY REFERENCES card (credential_id) ON DELETE CASCADE,
  counter INTEGER NOT NULL CHECK (counter BETWEEN 0 AND 16777215)
) STRICT, WITHOUT ROWID;
