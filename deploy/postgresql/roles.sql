-- Roles for a service that does not own its tables. Run it by psql as a superuser, connected to the service's database:
--
--   psql -d sel -f roles.sql        before the first `sel-backend init`, and after it
--
-- It may be run again at any time. Names other than sel_owner, sel_service and sel_reader: -v owner=… -v service=… -v reader=…
-- Passwords are not set here: \password sel_owner, or certificates.
--
--   owner    owns every table: `init`, and nothing else, logs in as it
--   service  reads and writes rows: `serve` and every other command; of the audit it reads and adds, and no more
--   reader   reads the audit, figures and states: no name, no address, no hash, no code
\set ON_ERROR_STOP on
\set QUIET on
\if :{?owner}
\else
\set owner sel_owner
\endif
\if :{?service}
\else
\set service sel_service
\endif
\if :{?reader}
\else
\set reader sel_reader
\endif

SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', name)
FROM unnest(ARRAY[:'owner', :'service', :'reader']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

BEGIN;

REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO :"owner", :"service", :"reader";
ALTER SCHEMA public OWNER TO :"owner";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"service", :"reader";

-- What an installation without these roles has made.
SELECT format('ALTER TABLE public.%I OWNER TO %I', tablename, :'owner')
FROM pg_tables WHERE schemaname = 'public' AND tableowner <> :'owner'
\gexec
SELECT format('ALTER FUNCTION public.%I() OWNER TO %I', proname, :'owner')
FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = 'audit_is_append_only'
\gexec

-- What later migrations make is the service's to use, too.
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"service";
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"reader";

-- The audit grows; the schema's version and whose data these are, `init` alone says.
SELECT format('REVOKE ALL ON public.%I FROM %I', tablename, :'service'),
       format('GRANT %s ON public.%I TO %I', CASE tablename WHEN 'audit' THEN 'SELECT, INSERT' ELSE 'SELECT' END,
              tablename, :'service')
FROM pg_tables WHERE schemaname = 'public' AND tablename IN ('audit', 'alembic_version', 'installation')
\gexec

-- The reader: whole tables without a person in them, and of others the columns without one.
SELECT format('GRANT SELECT ON public.%I TO %I', tablename, :'reader')
FROM pg_tables WHERE schemaname = 'public'
AND tablename IN ('audit', 'alembic_version', 'installation', 'imports', 'bounce_reports', 'desk_acts', 'limits')
\gexec
SELECT format('GRANT SELECT (%s) ON public.%I TO %I', string_agg(quote_ident(column_name), ', '), table_name, :'reader')
FROM information_schema.columns
WHERE table_schema = 'public' AND (
    (table_name = 'outbox' AND column_name NOT IN ('recipient', 'sealed', 'lease'))
    OR (table_name = 'kiosks' AND column_name <> 'token_hash')
    OR (table_name = 'links' AND column_name <> 'verification_note')
)
GROUP BY table_name
\gexec

COMMIT;
