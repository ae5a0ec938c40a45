-- tenant_id 0 stands for `*`: everybody without a row of their own. Keys and values of a plugin's space are sealed; a key is
-- found by its keyed hash.
CREATE TABLE plugin_release (
  tenant_id BIGINT NOT NULL, component TEXT NOT NULL, stable TEXT NOT NULL, previous TEXT NOT NULL, candidate TEXT NOT NULL,
  percent INTEGER NOT NULL, salt TEXT NOT NULL, enabled INTEGER NOT NULL, position BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, component)) WITHOUT ROWID;
CREATE TABLE plugin_config (
  tenant_id BIGINT NOT NULL, component TEXT NOT NULL, sealed_json BLOB NOT NULL, PRIMARY KEY (tenant_id, component));
CREATE TABLE plugin_policy (
  tenant_id BIGINT NOT NULL, extension TEXT NOT NULL, fail_closed INTEGER NOT NULL, PRIMARY KEY (tenant_id, extension)) WITHOUT ROWID;
CREATE TABLE plugin_pin (
  tenant_id BIGINT NOT NULL, component TEXT NOT NULL, conversation BLOB NOT NULL, version TEXT NOT NULL, id BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, component, conversation)) WITHOUT ROWID;
CREATE TABLE plugin_kv (
  tenant_id BIGINT NOT NULL, plugin TEXT NOT NULL, blind_key BLOB NOT NULL, sealed_entry BLOB NOT NULL,
  PRIMARY KEY (tenant_id, plugin, blind_key));
