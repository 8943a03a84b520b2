# What `.ci/run` and `.ci/long` have in common: the packages, a PostgreSQL server, and the sum of the test runs. To be sourced from the
# root of the project.
set -uo pipefail

work=$(mktemp -d)
chmod 711 "$work"
server_pid=''
failed=0

cleanup() {
  if [ -n "$server_pid" ]; then
    kill -INT "$server_pid" 2>/dev/null
    wait "$server_pid" 2>/dev/null
  fi
  rm -rf "$work"
}
trap cleanup EXIT

note() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

run() {
  note "$1"
  shift
  "$@" </dev/null || { printf 'FAILED: %s\n' "$*"; failed=1; }
}

install_packages() {
  local missing=() name
  command -v oathtool >/dev/null || missing+=(oathtool)
  command -v chromium >/dev/null || missing+=(chromium)
  command -v valkey-server redis-server >/dev/null || missing+=(redis-server)
  # Also where a server runs already: a spec about dumps starts servers of its own.
  [ -n "$(server_binaries)" ] || missing+=(postgresql)
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    printf 'Not installed, and not ours to install: %s\n' "${missing[*]}"
    return 0
  fi
  apt-get update -qq
  for name in "${missing[@]}"; do
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$name" >"$work/apt.log" 2>&1 ||
      { tail -n 5 "$work/apt.log"; return 1; }
  done
}

server_url=postgresql://postgres@127.0.0.1:5432/postgres

postgres_answers() {
  node -e '
    const socket = require("node:net").connect({ host: "127.0.0.1", port: Number(process.argv[1]), timeout: 1000 });
    socket.on("connect", () => process.exit(0));
    socket.on("error", () => process.exit(1));
    socket.on("timeout", () => process.exit(1));
  ' "${1:-5432}"
}

# The oldest installed PostgreSQL from 15 on: the oldest dialect keeps us honest.
server_binaries() {
  find /usr/lib/postgresql -maxdepth 2 -name bin -type d 2>/dev/null | sort -V | awk -F/ '$5 >= 15 { print; exit }'
}

# A server of our own, which does not wait for the disk; where none is installed, the server that listens.
start_postgres() {
  local binaries port=54329 as_postgres=()
  binaries=$(server_binaries)
  if [ -z "$binaries" ]; then
    postgres_answers && return 0
    echo 'No PostgreSQL is installed, and none listens on 127.0.0.1:5432.'
    return 1
  fi
  mkdir "$work/postgres"
  if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$work/postgres"
    as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups)
  fi
  "${as_postgres[@]}" "$binaries/initdb" -D "$work/postgres/data" -U postgres -A trust >"$work/initdb.log" 2>&1 ||
    { cat "$work/initdb.log"; return 1; }
  # No function here: its subshell would get the signal of `cleanup`, and ignore it.
  "${as_postgres[@]}" "$binaries/postgres" -D "$work/postgres/data" -p "$port" -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off \
    -c "unix_socket_directories=$work/postgres" >"$work/postgres.log" 2>&1 </dev/null &
  server_pid=$!
  server_url=postgresql://postgres@127.0.0.1:$port/postgres
  for _ in $(seq 50); do
    postgres_answers "$port" && kill -0 "$server_pid" 2>/dev/null && return 0
    sleep 0.2
  done
  tail -n 5 "$work/postgres.log"
  return 1
}

# on_embedded NAME ARGUMENTS… and on_server NAME ARGUMENTS…: `npm test`, with a report for the sum.
reports=()

on_embedded() {
  local report="$work/$1.json"
  reports+=("$report")
  shift
  env -u DATABASE_URL -u MIGRATION_DATABASE_URL npm test -- --json --outputFile="$report" "$@" >"$work/stdout"
}

on_server() {
  local report="$work/$1.json"
  reports+=("$report")
  shift
  PG_BIN=$(server_binaries) DATABASE_URL=$server_url npm test -- --json --outputFile="$report" "$@" >"$work/stdout"
}

# The slowest files, then the tests that were skipped without a reason in .ci/skipped, then the sum. Fails where a test failed, a run left no
# report, nothing ran, or a test was skipped.
totals() { node .ci/totals.mjs "${reports[@]}"; }

finish() {
  note 'total'
  totals || failed=1
  exit "$failed"
}
