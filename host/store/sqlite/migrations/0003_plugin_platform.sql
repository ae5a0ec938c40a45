-- As in 0002, tenant_id 0 stands for `*`. A mark is of a version, whoever runs it: it belongs to no tenant.
ALTER TABLE plugin_release ADD COLUMN shadow INTEGER NOT NULL DEFAULT 0;
CREATE TABLE plugin_grant (
  tenant_id BIGINT NOT NULL, component TEXT NOT NULL, lane TEXT NOT NULL, permissions TEXT NOT NULL, budgets TEXT NOT NULL,
  PRIMARY KEY (tenant_id, component)) WITHOUT ROWID;
CREATE TABLE plugin_rollout (
  tenant_id BIGINT NOT NULL, component TEXT NOT NULL, version TEXT NOT NULL, plan TEXT NOT NULL, step INTEGER NOT NULL,
  since BIGINT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, evidence TEXT NOT NULL,
  PRIMARY KEY (tenant_id, component)) WITHOUT ROWID;
CREATE TABLE plugin_mark (
  component TEXT NOT NULL, version TEXT NOT NULL, build_id TEXT NOT NULL, reason TEXT NOT NULL, evidence TEXT NOT NULL,
  at BIGINT NOT NULL, PRIMARY KEY (component, version)) WITHOUT ROWID;
CREATE TABLE plugin_state (
  tenant_id BIGINT NOT NULL, component TEXT NOT NULL, version TEXT NOT NULL, state_schema BIGINT NOT NULL,
  sealed_blob BLOB, at BIGINT NOT NULL, PRIMARY KEY (tenant_id, component, version));
CREATE TABLE plugin_secret (
  tenant_id BIGINT NOT NULL, component TEXT NOT NULL, name TEXT NOT NULL, sealed_value BLOB NOT NULL,
  updated_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, component, name)) WITHOUT ROWID;

CREATE TABLE knowledge_article (
  tenant_id BIGINT NOT NULL, id BIGINT NOT NULL, uuid BLOB NOT NULL, sealed_title BLOB NOT NULL, sealed_text BLOB NOT NULL,
  url TEXT NOT NULL, language TEXT NOT NULL, enabled INTEGER NOT NULL, updated_by BLOB NOT NULL, updated_by_name TEXT NOT NULL,
  updated_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, uuid));

-- answered_seq: the newest visitor's message that a bot has answered, passed over, or handed to people. A conversation with a
-- bot owes an answer while its visitor's newest message lies above it.
ALTER TABLE conversation ADD COLUMN answered_seq BIGINT NOT NULL DEFAULT 0;
