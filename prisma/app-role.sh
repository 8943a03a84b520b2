#!/bin/sh
# Run once by the postgres container of docker-compose.yml: makes the role that the service logs in as. It owns
# nothing; what it may do, the migrations grant to countersign_service.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
  --set password="$COUNTERSIGN_APP_PASSWORD" <<'SQL'
CREATE ROLE countersign_service NOLOGIN;
CREATE ROLE countersign_app LOGIN PASSWORD :'password' IN ROLE countersign_service;
SQL
