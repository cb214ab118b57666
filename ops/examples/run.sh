#!/bin/sh
# Submits real work to a running server and shows what came of it. Usage: ops/examples/run.sh [http://127.0.0.1:8080]
set -eu
server=${1:-http://127.0.0.1:8080}
files=$(cd "$(dirname "$0")/files" && pwd)
marker=$(mktemp -d)/marker

# one batch: all of it is stored, or nothing
answer=$(curl -sS --fail-with-body "$server/api/v1/tasks/batch" -d @- <<JSON
{"tasks": [
  {"ref": "report",   "action_name": "command:column-sum", "priority": "BACKGROUND", "confidence_score": 0.95,
   "description": "Sum up the stock's counts",  "action_params": {"column": 2, "file": "$files/stock.csv"}},
  {"ref": "words",    "action_name": "command:word-count", "priority": "LOW",        "confidence_score": 0.99,
   "description": "Count the letter's words",   "action_params": {"file": "$files/letter.txt"}},
  {"ref": "checksum", "action_name": "command:checksum",   "priority": "MEDIUM",     "confidence_score": 0.99,
   "description": "Fingerprint the stock list", "action_params": {"file": "$files/stock.csv"}},
  {"ref": "flaky",    "action_name": "command:flaky",      "priority": "HIGH",       "confidence_score": 0.6,
   "description": "Fails once, is tried again after 2 s", "action_params": {"marker": "$marker"}},
  {"ref": "health",   "action_name": "http_request",       "priority": "CRITICAL",   "confidence_score": 0.9,
   "description": "Ask a real server how it is", "action_params": {"url": "$server/healthz"}}
]}
JSON
) || { echo "$answer"; exit 1; }
ids=$(printf '%s' "$answer" | grep -o '"id":"[0-9]*"' | cut -d'"' -f4)

field() { printf '%s' "$1" | sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p"; }
for id in $ids; do
  tries=0
  while task=$(curl -sS --fail "$server/api/v1/tasks/$id"); status=$(field "$task" status); [ "$status" != COMPLETED ] && [ "$status" != FAILED ]; do
    tries=$((tries + 1)); [ "$tries" -lt 100 ] || { echo "task $id is still $status"; exit 1; }
    sleep 0.2
  done
  attempts=$(printf '%s' "$task" | sed -n 's/.*"attempt_count":\([0-9]*\).*/\1/p')
  result=$(printf '%s' "$task" | sed -n 's/.*"result":\(.*\),"metadata":.*/\1/p')
  printf '%-10s %s attempt(s)  %-38s %s\n' "$status" "$attempts" "$(field "$task" description)" "$(printf '%s' "$result" | cut -c1-100)"
done
rm -rf "$(dirname "$marker")"
echo "See them at $server/"
