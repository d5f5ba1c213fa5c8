-- The roles of a cluster, for an administrator of the database server, as often as wanted:
--
--   psql "host=… user=… dbname=postgres" -v secrets=FOLDER -f deploy/postgres/roles.sql
--
-- FOLDER holds postgres_password, postgres_silo_password and postgres_gateway_password, which scripts/new_secrets.sh makes.
--   gaia           owns the database gaia; migrates, backs up and restores it
--   gaia_silo      what silos run as; may change rows
--   gaia_gateway   what standalone gateways run as; may see which silos there are
-- What the two may do with the tables a silo grants them when it starts with the owner's connection; by hand the owner does it with
-- SELECT grant_silo('gaia_silo'), grant_gateway('gaia_gateway').
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\set owner_password `cat :'secrets'/postgres_password || true`
\set silo_password `cat :'secrets'/postgres_silo_password || true`
\set gateway_password `cat :'secrets'/postgres_gateway_password || true`
SELECT length(:'owner_password') > 0 AND length(:'silo_password') > 0 AND length(:'gateway_password') > 0 AS complete \gset
\if :complete
\else
    \warn 'a password is missing in' :secrets
    SELECT 1 / 0 AS "a password is missing";
\endif

SELECT 'CREATE ROLE gaia' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gaia') \gexec
SELECT 'CREATE ROLE gaia_silo' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gaia_silo') \gexec
SELECT 'CREATE ROLE gaia_gateway' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gaia_gateway') \gexec
SELECT format('ALTER ROLE gaia LOGIN CREATEDB PASSWORD %L', :'owner_password') \gexec
SELECT format('ALTER ROLE gaia_silo LOGIN NOCREATEDB NOCREATEROLE PASSWORD %L', :'silo_password') \gexec
SELECT format('ALTER ROLE gaia_gateway LOGIN NOCREATEDB NOCREATEROLE PASSWORD %L', :'gateway_password') \gexec

-- A restore must see whose connections there are, and end them.
GRANT pg_read_all_stats, pg_signal_backend TO gaia;
-- An administrator who is no superuser makes a database for somebody else only as a member of that role.
SELECT 'GRANT gaia TO CURRENT_USER' WHERE NOT pg_has_role('gaia', 'MEMBER') \gexec
SELECT 'CREATE DATABASE gaia OWNER gaia' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'gaia') \gexec
