BEGIN TRANSACTION;
CREATE TABLE blobs (
            sha256 TEXT NOT NULL, node TEXT NOT NULL, PRIMARY KEY (sha256, node)
        ) WITHOUT ROWID;
INSERT INTO "blobs" VALUES('927016bb5e5fca02639c7d691302adf4c1e583e9aec0e3c176feedf93efbaf2b','work-1');
CREATE TABLE edits (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            scope TEXT NOT NULL,
            undone INTEGER NOT NULL,
            label TEXT NOT NULL,
            parameters TEXT NOT NULL
        );
INSERT INTO "edits" VALUES(1,'a',0,'step','{}');
INSERT INTO "edits" VALUES(2,'a',0,'step','{}');
INSERT INTO "edits" VALUES(3,'a',0,'step','{}');
INSERT INTO "edits" VALUES(4,'a',0,'step','{}');
INSERT INTO "edits" VALUES(5,'a',1,'step','{}');
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "facts" VALUES('commits',6);
INSERT INTO "facts" VALUES('unindexed',0);
CREATE TABLE kin (
            parent TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (parent, place)
        ) WITHOUT ROWID;
CREATE TABLE loose (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE nodes (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            type TEXT NOT NULL,
            key TEXT,
            changed INTEGER NOT NULL,
            binned INTEGER,
            body TEXT NOT NULL
        );
INSERT INTO "nodes" VALUES(1,'n1','note','猫',1,NULL,'{"id":"n1","text":"猫","number":0}');
INSERT INTO "nodes" VALUES(2,'n2','note','two',6,NULL,'{"id":"n2","text":"two","number":2}');
INSERT INTO "nodes" VALUES(3,'n3','note','three',3,3,'{"id":"n3","text":"three","number":0}');
INSERT INTO "nodes" VALUES(4,'work-1','work','4dcde43c58a509d92d1c10274d867931b06ab28271ccce4cbf23e88fc9e7e90e',4,NULL,'{"id":"work-1","recipe":{"schema":1,"studio":"","model":"tiny","graphs":{},"seed":1,"origin":{"from":"seed"},"latent":"AACAPwAAgD8AAABAAABAQA==","noise_seed":null,"controls":{},"parents":[],"making":null,"width":0,"height":0,"pixels_sha256":null},"blob":"927016bb5e5fca02639c7d691302adf4c1e583e9aec0e3c176feedf93efbaf2b","title":"","rating":0,"created":0.0,"source":"made"}');
CREATE TABLE past (
            node TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER NOT NULL,
            type TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (node, since)
        ) WITHOUT ROWID;
CREATE TABLE patches (
            edit INTEGER NOT NULL,
            position INTEGER NOT NULL,
            node TEXT NOT NULL,
            type TEXT NOT NULL,
            fields TEXT NOT NULL,
            before BLOB,
            after BLOB,
            UNIQUE (edit, position)
        );
INSERT INTO "patches" VALUES(1,0,'n1','note','["id","number","text"]',NULL,X'7B226964223A226E31222C2274657874223A22E78CAB222C226E756D626572223A307D');
INSERT INTO "patches" VALUES(1,1,'n2','note','["id","number","text"]',NULL,X'7B226964223A226E32222C2274657874223A2274776F222C226E756D626572223A327D');
INSERT INTO "patches" VALUES(2,0,'n3','note','["id","number","text"]',NULL,X'7B226964223A226E33222C2274657874223A227468726565222C226E756D626572223A307D');
INSERT INTO "patches" VALUES(3,0,'n3','note','["id","number","text"]',X'7B226964223A226E33222C2274657874223A227468726565222C226E756D626572223A307D',NULL);
INSERT INTO "patches" VALUES(4,0,'work-1','work','["blob","created","id","rating","recipe","source","title"]',NULL,X'7B226964223A22776F726B2D31222C22726563697065223A7B22736368656D61223A312C2273747564696F223A22222C226D6F64656C223A2274696E79222C22677261706873223A7B7D2C2273656564223A312C226F726967696E223A7B2266726F6D223A2273656564227D2C226C6174656E74223A22414143415077414167443841414142414141424151413D3D222C226E6F6973655F73656564223A6E756C6C2C22636F6E74726F6C73223A7B7D2C22706172656E7473223A5B5D2C226D616B696E67223A6E756C6C2C227769647468223A302C22686569676874223A302C22706978656C735F736861323536223A6E756C6C7D2C22626C6F62223A2239323730313662623565356663613032363339633764363931333032616466346331653538336539616563306533633137366665656466393365666261663262222C227469746C65223A22222C22726174696E67223A302C2263726561746564223A302E302C22736F75726365223A226D616465227D');
INSERT INTO "patches" VALUES(5,0,'n2','note','["text"]',X'7B2274657874223A2274776F227D',X'7B2274657874223A226368616E676564227D');
CREATE TABLE states (key TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
INSERT INTO "states" VALUES('scroll',X'0001');
CREATE TABLE versions (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            base INTEGER NOT NULL,
            name TEXT NOT NULL,
            created REAL NOT NULL,
            works INTEGER NOT NULL,
            dropped INTEGER NOT NULL DEFAULT 0
        );
INSERT INTO "versions" VALUES(1,0,'opened',1,'',1.79533113165814447401e+09,0,0);
INSERT INTO "versions" VALUES(2,6,'closed',1,'',1.79533113166800546646e+09,1,0);
CREATE TABLE works (
            place INTEGER PRIMARY KEY,
            node TEXT NOT NULL UNIQUE,
            blob TEXT NOT NULL,
            binned INTEGER,
            model TEXT NOT NULL,
            kind TEXT NOT NULL,
            seed INTEGER NOT NULL,
            title TEXT NOT NULL,
            words TEXT NOT NULL,
            rating INTEGER NOT NULL,
            created REAL NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            colours TEXT,
            swatch INTEGER
        );
INSERT INTO "works" VALUES(4,'work-1','927016bb5e5fca02639c7d691302adf4c1e583e9aec0e3c176feedf93efbaf2b',NULL,'tiny','',1,'','',0,0.0,0,0,NULL,NULL);
CREATE INDEX nodes_in_order ON nodes (type, place) WHERE binned IS NULL;
CREATE INDEX nodes_in_bin ON nodes (type, binned) WHERE binned IS NOT NULL;
CREATE INDEX nodes_by_key ON nodes (type, key) WHERE key IS NOT NULL;
CREATE INDEX nodes_by_change ON nodes (changed);
CREATE INDEX edits_by_scope ON edits (scope, undone, sequence);
CREATE INDEX patches_by_node ON patches (node, edit);
CREATE INDEX blobs_by_node ON blobs (node);
CREATE INDEX works_by_blob ON works (blob);
CREATE INDEX works_unseen ON works (place) WHERE colours IS NULL;
CREATE INDEX kin_by_place ON kin (place);
CREATE INDEX versions_by_commit ON versions (at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('versions',2);
INSERT INTO "sqlite_sequence" VALUES('nodes',4);
INSERT INTO "sqlite_sequence" VALUES('edits',5);
COMMIT;
PRAGMA application_id = 1096043602;
PRAGMA user_version = 4;
