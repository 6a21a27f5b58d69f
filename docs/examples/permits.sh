#!/bin/sh
# Ask OneCase for a permit before a call, and report what became of it: curl alone.
#   ONECASE_URL=… ONECASE_CLIENT_ID=… ONECASE_CLIENT_SECRET=… sh permits.sh C00000017
set -eu

field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }

# The secret goes through standard input: arguments can be read by everybody on the machine.
token=$(printf 'user = "%s:%s"\n' "$ONECASE_CLIENT_ID" "$ONECASE_CLIENT_SECRET" |
  curl --silent --show-error --config - --data grant_type=client_credentials "$ONECASE_URL/api/oauth/token/" |
  field access_token)
[ -n "$token" ] || { echo "no token" >&2; exit 1; }

send() {
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    curl --silent --show-error --config - --header "Content-Type: application/json" "$@"
}

# One key for one call: sent again after a lost answer, it is reserved once.
key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
permit=$(send --header "Idempotency-Key: $key" \
  --data "{\"customer\": \"$1\", \"channel\": \"voice\", \"purpose\": \"collection\"}" "$ONECASE_URL/api/permits/")
echo "$permit"

case "$permit" in
  *'"allowed":true'*)
    id=$(echo "$permit" | field id)
    # … the call is made here …
    send --data '{"state": "made", "outcome": "no_answer"}' "$ONECASE_URL/api/permits/$id/outcome/"
    echo
    ;;
esac
