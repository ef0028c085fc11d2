-- 0012

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;

CREATE INDEX ix_audit_account_id_id ON audit (account_id, id);

CREATE INDEX ix_bounce_reports_at ON bounce_reports (at);

CREATE INDEX ix_challenges_expires_at ON challenges (expires_at);

CREATE INDEX ix_demo_mails_sent_at ON demo_mails (sent_at);

CREATE INDEX ix_desk_acts_account_id ON desk_acts (account_id);

CREATE INDEX ix_desk_acts_at ON desk_acts (at);

CREATE INDEX ix_desk_acts_file_id ON desk_acts (file_id);

CREATE INDEX ix_desk_cases_at ON desk_cases (at);

CREATE INDEX ix_desk_corrections_expires_at ON desk_corrections (expires_at);

CREATE INDEX ix_desk_holds_held_until ON desk_holds (held_until);

CREATE INDEX ix_desk_sessions_account_id ON desk_sessions (account_id);

CREATE INDEX ix_desk_sessions_expires_at ON desk_sessions (expires_at);

CREATE INDEX ix_disavowals_expires_at ON disavowals (expires_at);

CREATE INDEX ix_events_account_id_id ON events (account_id, id);

CREATE INDEX ix_events_link_id ON events (link_id);

CREATE INDEX ix_file_names_file_id ON file_names (file_id);

CREATE INDEX ix_handoffs_expires_at ON handoffs (expires_at);

CREATE INDEX ix_idempotency_expires_at ON idempotency (expires_at);

CREATE INDEX ix_known_networks_seen_at ON known_networks (seen_at);

CREATE INDEX ix_limits_locked_until ON limits (locked_until);

CREATE INDEX ix_link_codes_expires_at ON link_codes (expires_at);

CREATE INDEX ix_link_codes_file_id ON link_codes (file_id);

CREATE INDEX ix_links_file ON links (file_id);

CREATE INDEX ix_links_frozen ON links (frozen_at) WHERE frozen_at IS NOT NULL AND ended_at IS NULL;

CREATE INDEX ix_outbox_bounced ON outbox (dead_at) WHERE dead_at IS NOT NULL AND handled_at IS NULL;

CREATE INDEX ix_outbox_file_id ON outbox (file_id);

CREATE INDEX ix_outbox_link_id ON outbox (link_id);

CREATE INDEX ix_outbox_waiting ON outbox (due_at) WHERE sent_at IS NULL AND dead_at IS NULL;

CREATE INDEX ix_registrations_email ON registrations (email);

CREATE INDEX ix_registrations_expires_at ON registrations (expires_at);

CREATE INDEX ix_sessions_account_id ON sessions (account_id);

CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);

CREATE INDEX ix_single_use_codes_account_id ON single_use_codes (account_id);

CREATE INDEX ix_single_use_codes_expires_at ON single_use_codes (expires_at);

CREATE INDEX ix_support_cases_account_id ON support_cases (account_id);

CREATE INDEX ix_support_cases_at ON support_cases (at);

CREATE INDEX ix_support_cases_file_id ON support_cases (file_id);

CREATE INDEX ix_support_cases_untaken ON support_cases (at) WHERE kind = 'error_reported' AND handled IS NULL;

CREATE TABLE accounts (
  id VARCHAR(64) NOT NULL,
  email VARCHAR(254) NOT NULL,
  password_hash TEXT NOT NULL,
  first_name VARCHAR(100) NOT NULL,
  last_name VARCHAR(100) NOT NULL,
  language VARCHAR(5) NOT NULL,
  role VARCHAR(20) NOT NULL,
  created_at BIGINT NOT NULL,
  password_changed_at BIGINT NOT NULL,
  CONSTRAINT pk_accounts PRIMARY KEY (id),
  CONSTRAINT uq_accounts_email UNIQUE (email)
);

CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT pk_alembic_version PRIMARY KEY (version_num)
);

CREATE TABLE audit (
  id VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL,
  actor VARCHAR(64) NOT NULL,
  action VARCHAR(40) NOT NULL,
  outcome VARCHAR(40),
  account_id VARCHAR(64),
  file_id VARCHAR(64),
  link_id VARCHAR(64),
  method VARCHAR(20),
  reference VARCHAR(12),
  detail VARCHAR(200),
  network VARCHAR(16),
  CONSTRAINT pk_audit PRIMARY KEY (id)
);

CREATE TABLE bounce_reports (
  digest VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL,
  outcome VARCHAR(20) NOT NULL,
  CONSTRAINT pk_bounce_reports PRIMARY KEY (digest)
);

CREATE TABLE challenges (
  id VARCHAR(64) NOT NULL,
  account_id VARCHAR(64) NOT NULL,
  subject VARCHAR(64) NOT NULL,
  identifier VARCHAR(254) NOT NULL,
  file_id VARCHAR(64),
  questions TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  passed_at BIGINT,
  CONSTRAINT pk_challenges PRIMARY KEY (id),
  CONSTRAINT fk_challenges_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE,
  CONSTRAINT fk_challenges_file_id FOREIGN KEY(file_id) REFERENCES files (id) ON DELETE CASCADE
);

CREATE TABLE demo_mails (
  id VARCHAR(64) NOT NULL,
  recipient VARCHAR(254) NOT NULL,
  subject VARCHAR(200) NOT NULL,
  body TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  CONSTRAINT pk_demo_mails PRIMARY KEY (id)
);

CREATE TABLE desk_acts (
  id VARCHAR(64) NOT NULL,
  case_id VARCHAR(64) NOT NULL,
  agent_id VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL,
  act VARCHAR(40) NOT NULL,
  account_id VARCHAR(64),
  file_id VARCHAR(64),
  reference VARCHAR(12),
  checks TEXT NOT NULL,
  CONSTRAINT pk_desk_acts PRIMARY KEY (id)
);

CREATE TABLE desk_agents (
  account_id VARCHAR(64) NOT NULL,
  password_chosen_at BIGINT NOT NULL,
  CONSTRAINT pk_desk_agents PRIMARY KEY (account_id),
  CONSTRAINT fk_desk_agents_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE desk_cases (
  id VARCHAR(64) NOT NULL,
  agent_id VARCHAR(64) NOT NULL,
  session_id VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL,
  found_by VARCHAR(20) NOT NULL,
  reason VARCHAR(40),
  reference VARCHAR(12),
  account_id VARCHAR(64),
  file_id VARCHAR(64),
  item VARCHAR(100),
  CONSTRAINT pk_desk_cases PRIMARY KEY (id)
);

CREATE TABLE desk_corrections (
  id VARCHAR(64) NOT NULL,
  file_id VARCHAR(64) NOT NULL,
  case_id VARCHAR(64) NOT NULL,
  asked_by VARCHAR(64) NOT NULL,
  asked_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  email VARCHAR(254) NOT NULL,
  CONSTRAINT pk_desk_corrections PRIMARY KEY (id),
  CONSTRAINT uq_desk_corrections_file_id UNIQUE (file_id),
  CONSTRAINT fk_desk_corrections_file_id FOREIGN KEY(file_id) REFERENCES files (id) ON DELETE CASCADE
);

CREATE TABLE desk_holds (
  item VARCHAR(100) NOT NULL,
  agent_id VARCHAR(64) NOT NULL,
  case_id VARCHAR(64) NOT NULL,
  held_until BIGINT NOT NULL,
  CONSTRAINT pk_desk_holds PRIMARY KEY (item)
);

CREATE TABLE desk_sessions (
  id VARCHAR(64) NOT NULL,
  token_hash VARCHAR(64) NOT NULL,
  account_id VARCHAR(64) NOT NULL,
  authenticated_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT,
  CONSTRAINT pk_desk_sessions PRIMARY KEY (id),
  CONSTRAINT uq_desk_sessions_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_desk_sessions_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE disavowals (
  token_hash VARCHAR(64) NOT NULL,
  link_id VARCHAR(64),
  account_id VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  CONSTRAINT pk_disavowals PRIMARY KEY (token_hash),
  CONSTRAINT fk_disavowals_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE events (
  id VARCHAR(64) NOT NULL,
  account_id VARCHAR(64) NOT NULL,
  kind VARCHAR(30) NOT NULL,
  at BIGINT NOT NULL,
  link_id VARCHAR(64),
  method VARCHAR(20),
  category VARCHAR(20),
  identifier VARCHAR(254),
  display_name VARCHAR(200),
  reference VARCHAR(12),
  CONSTRAINT pk_events PRIMARY KEY (id),
  CONSTRAINT fk_events_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE facts (
  file_id VARCHAR(64) NOT NULL,
  question VARCHAR(64) NOT NULL,
  digest VARCHAR(64) NOT NULL,
  answer_hash TEXT,
  key_id VARCHAR(20) NOT NULL,
  CONSTRAINT pk_facts PRIMARY KEY (file_id, question),
  CONSTRAINT fk_facts_file_id FOREIGN KEY(file_id) REFERENCES files (id) ON DELETE CASCADE
);

CREATE TABLE file_names (
  name VARCHAR(254) NOT NULL,
  file_id VARCHAR(64) NOT NULL,
  CONSTRAINT pk_file_names PRIMARY KEY (name),
  CONSTRAINT fk_file_names_file_id FOREIGN KEY(file_id) REFERENCES files (id) ON DELETE CASCADE
);

CREATE TABLE files (
  id VARCHAR(64) NOT NULL,
  category VARCHAR(20) NOT NULL,
  identifier VARCHAR(254) NOT NULL,
  display_name VARCHAR(200) NOT NULL,
  email VARCHAR(254),
  contents TEXT NOT NULL,
  legacy_scheme VARCHAR(40),
  legacy_hash TEXT,
  legacy_expires_at BIGINT,
  CONSTRAINT pk_files PRIMARY KEY (id)
);

CREATE TABLE handoffs (
  account_id VARCHAR(64) NOT NULL,
  id VARCHAR(64) NOT NULL,
  code_hash TEXT NOT NULL,
  contents TEXT NOT NULL,
  tries INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  CONSTRAINT pk_handoffs PRIMARY KEY (account_id),
  CONSTRAINT fk_handoffs_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE idempotency (
  account_id VARCHAR(64) NOT NULL,
  operation VARCHAR(40) NOT NULL,
  key VARCHAR(64) NOT NULL,
  body_digest VARCHAR(64) NOT NULL,
  lease VARCHAR(64) NOT NULL,
  leased_until BIGINT NOT NULL,
  status INTEGER,
  media_type VARCHAR(60),
  answer TEXT,
  expires_at BIGINT NOT NULL,
  CONSTRAINT pk_idempotency PRIMARY KEY (account_id, operation, key)
);

CREATE TABLE imports (
  id VARCHAR(64) NOT NULL,
  source TEXT NOT NULL,
  size BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  line BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  batches INTEGER NOT NULL,
  started_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  finished_at BIGINT,
  CONSTRAINT pk_imports PRIMARY KEY (id)
);

CREATE TABLE installation (
  id INTEGER NOT NULL,
  kind VARCHAR(20) NOT NULL,
  made_at BIGINT NOT NULL,
  CONSTRAINT pk_installation PRIMARY KEY (id)
);

CREATE TABLE key_fingerprints (
  name VARCHAR(20) NOT NULL,
  fingerprint VARCHAR(64) NOT NULL,
  lasting BOOLEAN NOT NULL,
  recorded_at BIGINT NOT NULL,
  CONSTRAINT pk_key_fingerprints PRIMARY KEY (name)
);

CREATE TABLE kiosks (
  name VARCHAR(40) NOT NULL,
  place VARCHAR(200) NOT NULL,
  token_hash VARCHAR(64) NOT NULL,
  added_at BIGINT NOT NULL,
  seen_at BIGINT,
  network VARCHAR(64),
  version VARCHAR(40),
  state VARCHAR(20),
  started_at BIGINT,
  error_kind VARCHAR(40),
  error_reference VARCHAR(20),
  error_at BIGINT,
  CONSTRAINT pk_kiosks PRIMARY KEY (name)
);

CREATE TABLE known_networks (
  account_id VARCHAR(64) NOT NULL,
  network VARCHAR(16) NOT NULL,
  seen_at BIGINT NOT NULL,
  CONSTRAINT pk_known_networks PRIMARY KEY (account_id, network),
  CONSTRAINT fk_known_networks_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE limits (
  scope VARCHAR(40) NOT NULL,
  key VARCHAR(64) NOT NULL,
  tries INTEGER NOT NULL,
  window_ends_at BIGINT NOT NULL,
  locked_until BIGINT,
  strikes INTEGER NOT NULL,
  CONSTRAINT pk_limits PRIMARY KEY (scope, key)
);

CREATE TABLE link_codes (
  id VARCHAR(64) NOT NULL,
  file_id VARCHAR(64) NOT NULL,
  username VARCHAR(20) NOT NULL,
  code_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  replaced_at BIGINT,
  used_at BIGINT,
  asked_by VARCHAR(64),
  CONSTRAINT pk_link_codes PRIMARY KEY (id),
  CONSTRAINT fk_link_codes_file_id FOREIGN KEY(file_id) REFERENCES files (id) ON DELETE CASCADE,
  CONSTRAINT uq_link_codes_username UNIQUE (username)
);

CREATE TABLE links (
  id VARCHAR(64) NOT NULL,
  account_id VARCHAR(64) NOT NULL,
  file_id VARCHAR(64) NOT NULL,
  exclusive BOOLEAN NOT NULL,
  method VARCHAR(20) NOT NULL,
  reference VARCHAR(12) NOT NULL,
  linked_at BIGINT NOT NULL,
  frozen_at BIGINT,
  ended_at BIGINT,
  verification VARCHAR(20) NOT NULL,
  verified_at BIGINT,
  verification_reference VARCHAR(12),
  verification_note TEXT,
  CONSTRAINT pk_links PRIMARY KEY (id),
  CONSTRAINT fk_links_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE,
  CONSTRAINT fk_links_file_id FOREIGN KEY(file_id) REFERENCES files (id),
  CONSTRAINT uq_links_reference UNIQUE (reference)
);

CREATE TABLE old_kinds (
  kind VARCHAR(100) NOT NULL,
  scheme VARCHAR(40) NOT NULL,
  config TEXT NOT NULL,
  CONSTRAINT pk_old_kinds PRIMARY KEY (kind)
);

CREATE TABLE outbox (
  id VARCHAR(64) NOT NULL,
  kind VARCHAR(30) NOT NULL,
  recipient VARCHAR(254) NOT NULL,
  link_id VARCHAR(64),
  sealed BYTEA,
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  leased_until BIGINT,
  lease VARCHAR(64),
  tries INTEGER NOT NULL,
  sent_at BIGINT,
  dead_at BIGINT,
  last_error VARCHAR(200),
  file_id VARCHAR(64),
  handled_at BIGINT,
  report_status VARCHAR(20),
  delayed_at BIGINT,
  CONSTRAINT pk_outbox PRIMARY KEY (id)
);

CREATE TABLE registrations (
  id VARCHAR(64) NOT NULL,
  email VARCHAR(254) NOT NULL,
  password_hash TEXT NOT NULL,
  first_name VARCHAR(100) NOT NULL,
  last_name VARCHAR(100) NOT NULL,
  language VARCHAR(5) NOT NULL,
  terms_version VARCHAR(40) NOT NULL,
  code_id VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  CONSTRAINT pk_registrations PRIMARY KEY (id)
);

CREATE TABLE sessions (
  id VARCHAR(64) NOT NULL,
  token_hash VARCHAR(64) NOT NULL,
  account_id VARCHAR(64) NOT NULL,
  authenticated_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  selected_link_id VARCHAR(64),
  ended_at BIGINT,
  CONSTRAINT pk_sessions PRIMARY KEY (id),
  CONSTRAINT uq_sessions_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_sessions_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE single_use_codes (
  id VARCHAR(64) NOT NULL,
  purpose VARCHAR(20) NOT NULL,
  account_id VARCHAR(64),
  code_hash TEXT NOT NULL,
  tries INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  CONSTRAINT pk_single_use_codes PRIMARY KEY (id),
  CONSTRAINT fk_single_use_codes_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE support_cases (
  reference VARCHAR(12) NOT NULL,
  account_id VARCHAR(64) NOT NULL,
  at BIGINT NOT NULL,
  kind VARCHAR(30) NOT NULL,
  reason VARCHAR(40) NOT NULL,
  method VARCHAR(20),
  file_id VARCHAR(64),
  link_id VARCHAR(64),
  terminal VARCHAR(20),
  handled VARCHAR(20),
  handled_at BIGINT,
  handled_by VARCHAR(64),
  CONSTRAINT pk_support_cases PRIMARY KEY (reference),
  CONSTRAINT fk_support_cases_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

CREATE UNIQUE INDEX uq_challenges_open ON challenges (account_id, subject) WHERE passed_at IS NULL;

CREATE UNIQUE INDEX uq_links_active ON links (account_id, file_id) WHERE ended_at IS NULL;

CREATE UNIQUE INDEX uq_links_exclusive ON links (file_id) WHERE ended_at IS NULL AND exclusive;
