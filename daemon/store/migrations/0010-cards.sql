-- The site's card keys: from each the key of one card is derived. Two generations are valid at once; older ones are deleted.
CREATE TABLE site_card_key (
  generation INTEGER PRIMARY KEY CHECK (generation >= 1),
  bytes BLOB NOT NULL CHECK (length(bytes) = 16),
  created_at INTEGER NOT NULL
) STRICT;
