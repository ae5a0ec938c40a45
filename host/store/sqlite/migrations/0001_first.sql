-- Internal keys come from one counter, so that users and departments can own feeds by the same kind of key.
-- `uuid` columns are the public ids (16 bytes). Times are UTC milliseconds. Columns named sealed_* hold AES-256-GCM
-- envelopes under the tenant's data key; blind_* hold keyed hashes of what they index.
CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, next BIGINT NOT NULL) WITHOUT ROWID;
INSERT INTO counter (name, next) VALUES ('key', 1);

CREATE TABLE tenant (
  id BIGINT NOT NULL PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, name TEXT NOT NULL, epoch TEXT NOT NULL,
  wrapped_key BLOB, created_at BIGINT NOT NULL);

CREATE TABLE department (
  tenant_id BIGINT NOT NULL REFERENCES tenant (id), id BIGINT NOT NULL, uuid BLOB NOT NULL, name TEXT NOT NULL,
  created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, uuid)) WITHOUT ROWID;

CREATE TABLE site (
  tenant_id BIGINT NOT NULL REFERENCES tenant (id), id BIGINT NOT NULL, uuid BLOB NOT NULL, code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL, active INTEGER NOT NULL, allowed_origins TEXT NOT NULL, widget TEXT NOT NULL,
  ping_at BIGINT, ping_origin TEXT, ping_url TEXT, created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, uuid)) WITHOUT ROWID;
CREATE TABLE site_key (
  tenant_id BIGINT NOT NULL, site_id BIGINT NOT NULL, kid TEXT NOT NULL, sealed_secret BLOB NOT NULL,
  created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, site_id, kid),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON DELETE CASCADE) WITHOUT ROWID;

CREATE TABLE account (
  tenant_id BIGINT NOT NULL REFERENCES tenant (id), id BIGINT NOT NULL, uuid BLOB NOT NULL, username TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL, role INTEGER NOT NULL, active INTEGER NOT NULL, gen BIGINT NOT NULL, capacity INTEGER NOT NULL,
  state TEXT NOT NULL, password_hash TEXT NOT NULL, created_at BIGINT NOT NULL, last_login_at BIGINT NOT NULL,
  last_assigned_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, uuid)) WITHOUT ROWID;
CREATE TABLE account_department (
  tenant_id BIGINT NOT NULL, account_id BIGINT NOT NULL, department_id BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, account_id, department_id),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, department_id) REFERENCES department (tenant_id, id) ON DELETE CASCADE) WITHOUT ROWID;
CREATE INDEX account_department_members ON account_department (tenant_id, department_id);

CREATE TABLE visitor (
  tenant_id BIGINT NOT NULL REFERENCES tenant (id), id BIGINT NOT NULL, uuid BLOB NOT NULL, site_id BIGINT NOT NULL,
  sealed_name BLOB, sealed_email BLOB, sealed_phone BLOB, sealed_external_id BLOB, sealed_attributes BLOB,
  sealed_referrer BLOB, blind_email BLOB, blind_phone BLOB, blind_external_id BLOB,
  gen BIGINT NOT NULL, active INTEGER NOT NULL, language TEXT NOT NULL, device TEXT NOT NULL,
  first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, uuid));
CREATE INDEX visitor_by_email ON visitor (tenant_id, blind_email);
CREATE INDEX visitor_by_phone ON visitor (tenant_id, blind_phone);
CREATE UNIQUE INDEX visitor_by_external_id ON visitor (tenant_id, blind_external_id);
CREATE TABLE visitor_page (
  tenant_id BIGINT NOT NULL, visitor_id BIGINT NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL, sealed_view BLOB NOT NULL,
  PRIMARY KEY (tenant_id, visitor_id, id)) WITHOUT ROWID;

-- last_seq: the newest message a list shows. visible_seq: the newest entry that is no note. ordinal: how many of the
-- visitor's conversations were finished when this one began; the public id is derived from it.
CREATE TABLE conversation (
  tenant_id BIGINT NOT NULL REFERENCES tenant (id), id BIGINT NOT NULL, uuid BLOB NOT NULL, site_id BIGINT NOT NULL,
  visitor_id BIGINT NOT NULL, ordinal BIGINT NOT NULL, status INTEGER NOT NULL, assignee_id BIGINT,
  last_agent_id BIGINT, department_id BIGINT NOT NULL, labels TEXT NOT NULL, priority INTEGER NOT NULL,
  seq BIGINT NOT NULL, visible_seq BIGINT NOT NULL, last_seq BIGINT NOT NULL, rating INTEGER,
  closed_by_visitor INTEGER NOT NULL, waiting_since BIGINT NOT NULL, opened_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, closed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, uuid)) WITHOUT ROWID;
CREATE UNIQUE INDEX conversation_by_visitor ON conversation (tenant_id, visitor_id, ordinal);
-- None of these columns changes when a message is written.
CREATE INDEX conversation_by_status ON conversation (tenant_id, status, closed_at);
CREATE INDEX conversation_by_assignee ON conversation (tenant_id, assignee_id, status);

-- Who reads a conversation: kind 0 its visitor, 1 its assignee, 2 invited. A former member keeps the row (gone = 1) and mark.
CREATE TABLE member (
  tenant_id BIGINT NOT NULL, conversation_id BIGINT NOT NULL, person_id BIGINT NOT NULL, kind INTEGER NOT NULL,
  gone INTEGER NOT NULL, read_seq BIGINT NOT NULL, delivered_seq BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id, person_id)) WITHOUT ROWID;

-- Rows are appended in the order of commit; both indexes are small. mid is a UUIDv7: its index grows at its end.
CREATE TABLE message (
  tenant_id BIGINT NOT NULL, conversation_id BIGINT NOT NULL, seq BIGINT NOT NULL, kind INTEGER NOT NULL,
  staff_only INTEGER NOT NULL, recalled INTEGER NOT NULL, role INTEGER NOT NULL, author BLOB NOT NULL, mid BLOB,
  reply BLOB, mac BLOB, filters TEXT, ts BIGINT NOT NULL, sealed_body BLOB,
  PRIMARY KEY (tenant_id, conversation_id, seq));
CREATE UNIQUE INDEX message_by_mid ON message (tenant_id, mid, conversation_id);

-- owner: the public id of the user (kind 0 visitor, 1 account) or department (2) that the feed belongs to. Entries are
-- dense: an entry's `prev` is its `cur` - 1. `oldest`: entries below it were pruned.
CREATE TABLE feed_head (
  tenant_id BIGINT NOT NULL, feed_id BIGINT NOT NULL, owner BLOB NOT NULL, kind INTEGER NOT NULL, cur BIGINT NOT NULL,
  oldest BIGINT NOT NULL, PRIMARY KEY (tenant_id, feed_id), UNIQUE (tenant_id, owner)) WITHOUT ROWID;
CREATE TABLE feed_entry (
  tenant_id BIGINT NOT NULL, feed_id BIGINT NOT NULL, cur BIGINT NOT NULL, conversation_id BIGINT NOT NULL,
  seq BIGINT NOT NULL, kind INTEGER NOT NULL, ts BIGINT NOT NULL, sealed_payload BLOB,
  PRIMARY KEY (tenant_id, feed_id, cur)) WITHOUT ROWID;
CREATE TABLE device (
  tenant_id BIGINT NOT NULL, person_id BIGINT NOT NULL, device BLOB NOT NULL, got BIGINT NOT NULL, seen_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, person_id, device)) WITHOUT ROWID;

-- tenant_id 0: a log-in with a user name that nobody has.
CREATE TABLE login_log (
  tenant_id BIGINT NOT NULL, id BIGINT NOT NULL, username TEXT NOT NULL, ip TEXT NOT NULL, success INTEGER NOT NULL,
  at BIGINT NOT NULL, source TEXT NOT NULL, ua TEXT NOT NULL, PRIMARY KEY (tenant_id, id)) WITHOUT ROWID;
CREATE TABLE audit_log (
  tenant_id BIGINT NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL, actor BLOB NOT NULL, actor_name TEXT NOT NULL,
  action TEXT NOT NULL, target TEXT NOT NULL, detail TEXT NOT NULL, ip TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)) WITHOUT ROWID;
