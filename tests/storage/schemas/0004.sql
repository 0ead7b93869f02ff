BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE authentication (
	id TEXT NOT NULL, 
	project_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	method TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	"values" TEXT NOT NULL, 
	secrets TEXT NOT NULL, 
	created_us INTEGER NOT NULL, 
	updated_us INTEGER NOT NULL, 
	expires_us INTEGER, 
	last_used_us INTEGER, provider_app TEXT, tokens TEXT, scopes TEXT, refresh_error TEXT, refresh_expires_us INTEGER, refreshed_us INTEGER, refresh_failed_us INTEGER, rotation_us INTEGER, captured TEXT DEFAULT '{}' NOT NULL, refresh_failures INTEGER DEFAULT '0' NOT NULL, origins TEXT, idle_expires_us INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "authentication" VALUES('aut_01M80TWR7KZP7KC2XJSG0PE939','prj_01M80TWR7KZP7KC2XJSG0PE938','agent','agent','practice','token','bearer','ready','{}','{"token":"vault:agent/token"}',1795305600000000,1795305600000000,1795309200000000,NULL,'app_01M80TWR7KZP7KC2XJSG0PE93D','vault:aut_01M80TWR7KZP7KC2XJSG0PE939/tokens','["tickets"]',NULL,NULL,1795305600000000,NULL,NULL,'{"team":"a"}',0,NULL,NULL);
CREATE TABLE body (
	seq INTEGER NOT NULL, 
	exchange_seq INTEGER NOT NULL, 
	direction TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	content_type TEXT NOT NULL, 
	truncated BOOLEAN NOT NULL, 
	codec INTEGER NOT NULL, 
	content BLOB NOT NULL, 
	PRIMARY KEY (seq), 
	FOREIGN KEY(exchange_seq) REFERENCES exchange (seq) ON DELETE CASCADE
);
INSERT INTO "body" VALUES(1,1,'response',2,'application/json',0,0,X'5B5D');
CREATE TABLE certificate (
	id TEXT NOT NULL, 
	project_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	issuer TEXT NOT NULL, 
	serial TEXT NOT NULL, 
	secrets TEXT NOT NULL, 
	not_before_us INTEGER NOT NULL, 
	not_after_us INTEGER NOT NULL, 
	created_us INTEGER NOT NULL, 
	updated_us INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "certificate" VALUES('crt_01M80TWR7KZP7KC2XJSG0PE93E','prj_01M80TWR7KZP7KC2XJSG0PE938','client','client','CN=client','CN=ours','1f','{"certificate":"vault:crt/certificate"}',1795305600000000,1826841600000000,1795305600000000,1795305600000000);
CREATE TABLE connection (
	id TEXT NOT NULL, 
	project_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	connector_revision INTEGER NOT NULL, 
	connector_hash TEXT NOT NULL, 
	authentication TEXT, 
	state TEXT NOT NULL, 
	variables TEXT NOT NULL, 
	secrets TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	locked_reason TEXT, 
	certificate TEXT, 
	time_zone TEXT, 
	date_format TEXT, 
	rate_limit_calls INTEGER, 
	rate_limit_unit TEXT, 
	rate_limit_duration INTEGER, 
	pool TEXT, 
	log_level TEXT NOT NULL, 
	last_test_operation TEXT, 
	last_test_verdict TEXT, 
	last_test_us INTEGER, 
	last_test_stages TEXT NOT NULL, 
	wizard_page TEXT, 
	created_us INTEGER NOT NULL, 
	updated_us INTEGER NOT NULL, 
	deleted_us INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "connection" VALUES('con_01M80TWR7KZP7KC2XJSG0PE93A','prj_01M80TWR7KZP7KC2XJSG0PE938','desk','desk','practice',1,'sha256:0000000000000000000000000000000000000000000000000000000000000000','agent','active','{"base_url":"http://127.0.0.1:8734"}','{}',1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'info',NULL,NULL,NULL,'[]',NULL,1795305600000000,1795305600000000,NULL);
CREATE TABLE connector_revision (
	hash TEXT NOT NULL, 
	handle TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	type TEXT NOT NULL, 
	source TEXT NOT NULL, 
	created_us INTEGER NOT NULL, 
	codec INTEGER NOT NULL, 
	content BLOB NOT NULL, 
	PRIMARY KEY (hash)
);
INSERT INTO "connector_revision" VALUES('sha256:0000000000000000000000000000000000000000000000000000000000000000','practice',1,'Practice desk','api','library',1795305600000000,0,X'7B22636F6E6E656374223A20317D');
CREATE TABLE exchange (
	seq INTEGER NOT NULL, 
	operation_seq INTEGER NOT NULL, 
	attempt INTEGER NOT NULL, 
	method TEXT NOT NULL, 
	url TEXT NOT NULL, 
	started_us INTEGER NOT NULL, 
	took_us INTEGER NOT NULL, 
	request_headers TEXT NOT NULL, 
	response_headers TEXT NOT NULL, 
	status INTEGER, 
	reason TEXT, 
	waited_ms INTEGER NOT NULL, 
	http_version TEXT, 
	peer TEXT, 
	error_class TEXT, 
	error_message TEXT, 
	PRIMARY KEY (seq), 
	FOREIGN KEY(operation_seq) REFERENCES operation (seq) ON DELETE CASCADE
);
INSERT INTO "exchange" VALUES(1,1,1,'GET','http://127.0.0.1:8734/tickets',1795305600000000,9000,'[["accept","application/json"]]','[["content-type","application/json"]]',200,NULL,0,NULL,NULL,NULL,NULL);
CREATE TABLE lease (
	name TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	taken_us INTEGER NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE log_line (
	seq INTEGER NOT NULL, 
	operation_seq INTEGER NOT NULL, 
	at_us INTEGER NOT NULL, 
	level TEXT NOT NULL, 
	text TEXT NOT NULL, 
	fields TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	FOREIGN KEY(operation_seq) REFERENCES operation (seq) ON DELETE CASCADE
);
INSERT INTO "log_line" VALUES(1,1,1795305600000000,'info','25 tickets','{}');
CREATE TABLE operation (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	project_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT COLLATE "NOCASE" NOT NULL, 
	state TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	process TEXT NOT NULL, 
	started_us INTEGER NOT NULL, 
	ended_us INTEGER, 
	took_us INTEGER, 
	connection_id TEXT, 
	connection TEXT COLLATE "NOCASE", 
	connection_revision INTEGER, 
	connector TEXT, 
	connector_revision INTEGER, 
	connector_hash TEXT, 
	writes BOOLEAN NOT NULL, 
	records INTEGER NOT NULL, 
	pages INTEGER NOT NULL, 
	requests INTEGER NOT NULL, 
	retries INTEGER NOT NULL, 
	bytes INTEGER NOT NULL, 
	method TEXT, 
	path TEXT, 
	status INTEGER, 
	result TEXT, 
	error_class TEXT, 
	error_message TEXT, 
	error_remedy TEXT, 
	error_retryable BOOLEAN, 
	error_status INTEGER, 
	error_rule TEXT, 
	input TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "operation" VALUES(1,'op_01M80TWR7KZP7KC2XJSG0PE93B','prj_01M80TWR7KZP7KC2XJSG0PE938','action','list-tickets','success','root@box','01M80TWR7KZP7KC2XJSG0PE93C',1795305600000000,1795305600012000,12000,'con_01M80TWR7KZP7KC2XJSG0PE93A','desk',1,'practice',1,'sha256:0000000000000000000000000000000000000000000000000000000000000000',0,25,1,1,0,2,'GET','/tickets',200,'25 tickets',NULL,NULL,NULL,NULL,NULL,NULL,'{"page":1}');
CREATE TABLE project (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	production BOOLEAN NOT NULL, 
	created_us INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "project" VALUES('prj_01M80TWR7KZP7KC2XJSG0PE938','default','default',0,1795305600000000);
CREATE TABLE provider_app (
	id TEXT NOT NULL, 
	project_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	provider TEXT NOT NULL, 
	client_id TEXT NOT NULL, 
	"values" TEXT NOT NULL, 
	secrets TEXT NOT NULL, 
	created_us INTEGER NOT NULL, 
	updated_us INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "provider_app" VALUES('app_01M80TWR7KZP7KC2XJSG0PE93D','prj_01M80TWR7KZP7KC2XJSG0PE938','ours','ours','practice','client-1','{}','{"client_secret":"vault:app/client_secret"}',1795305600000000,1795305600000000);
CREATE TABLE tally (
	slot INTEGER NOT NULL, 
	connection_id TEXT NOT NULL, 
	calls INTEGER NOT NULL, 
	errors INTEGER NOT NULL, 
	PRIMARY KEY (slot, connection_id)
);
INSERT INTO "tally" VALUES(249348,'con_01M80TWR7KZP7KC2XJSG0PE93A',1,0);
CREATE UNIQUE INDEX project_name ON project (name_key);
CREATE INDEX connector_revision_handle ON connector_revision (handle, revision);
CREATE UNIQUE INDEX authentication_name ON authentication (project_id, name_key);
CREATE UNIQUE INDEX connection_name ON connection (project_id, name_key) WHERE deleted_us IS NULL;
CREATE UNIQUE INDEX operation_id ON operation (id);
CREATE INDEX operation_connection_id ON operation (connection_id);
CREATE INDEX operation_connection ON operation (connection);
CREATE INDEX operation_connection_state ON operation (connection, state);
CREATE INDEX operation_connection_name ON operation (connection, name);
CREATE INDEX operation_name ON operation (name);
CREATE INDEX operation_started ON operation (started_us, state);
CREATE INDEX operation_unsuccessful ON operation (seq, state) WHERE state <> 'success';
CREATE INDEX operation_unfinished ON operation (seq) WHERE state IN ('queued', 'running');
CREATE INDEX operation_error_class ON operation (error_class) WHERE error_class IS NOT NULL;
CREATE INDEX ix_exchange_operation_seq ON exchange (operation_seq);
CREATE UNIQUE INDEX body_exchange ON body (exchange_seq, direction);
CREATE INDEX ix_log_line_operation_seq ON log_line (operation_seq);
CREATE UNIQUE INDEX provider_app_name ON provider_app (project_id, name_key);
CREATE UNIQUE INDEX certificate_name ON certificate (project_id, name_key);
CREATE TRIGGER operation_ended AFTER UPDATE OF ended_us ON operation WHEN old.ended_us IS NULL AND new.ended_us IS NOT NULL AND new.connection_id IS NOT NULL
BEGIN
  INSERT INTO tally (slot, connection_id, calls, errors)
  VALUES (new.started_us / 7200000000, new.connection_id, 1,
          new.state IN ('failed', 'partial', 'interrupted'))
  ON CONFLICT (slot, connection_id) DO UPDATE SET calls = calls + 1, errors = errors + excluded.errors;
END;
CREATE TRIGGER operation_added AFTER INSERT ON operation WHEN new.ended_us IS NOT NULL AND new.connection_id IS NOT NULL
BEGIN
  INSERT INTO tally (slot, connection_id, calls, errors)
  VALUES (new.started_us / 7200000000, new.connection_id, 1,
          new.state IN ('failed', 'partial', 'interrupted'))
  ON CONFLICT (slot, connection_id) DO UPDATE SET calls = calls + 1, errors = errors + excluded.errors;
END;
CREATE INDEX operation_slow ON operation (seq, took_us) WHERE took_us > 1000000;
CREATE INDEX operation_refused ON operation (seq, status) WHERE status >= 400;
COMMIT;
