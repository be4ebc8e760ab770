#!/usr/bin/env bash
# Posts REPORT as the one comment of its project on pull request NUMBER: replaces the comment posted before, deletes it when
# there is nothing left to report, and deletes the second one of two that were posted at the same time.
set -euo pipefail

marker=$(head -n 1 "$REPORT" 2> /dev/null || true)
case "$marker" in "<!-- integration-specs"*) ;; *) echo "There is no report to post." && exit 0 ;; esac
if [ "$(wc -m < "$REPORT")" -ge 65536 ]; then
  echo "The report is too long to post."
  exit 1
fi
api="repos/$GITHUB_REPOSITORY"

# The comments of this project, the oldest first: their IDs and digests.
existing() {
  MARKER="$marker" gh api --paginate "$api/issues/$NUMBER/comments" --jq '.[] | select(.user.login == "github-actions[bot]" and (.body | split("\n")[0]) == env.MARKER) | "\(.id) \(.body | split("\n")[1])"'
}
remove() {
  while read -r id _; do
    gh api --silent --method DELETE "$api/issues/comments/$id"
  done
}

old=$(existing)
if [ "$(wc -l < "$REPORT")" -le 2 ]; then
  if [ -n "$old" ]; then
    remove <<< "$old"
    echo "There is nothing left to report; the comment was removed."
  else
    echo "There is nothing to report."
  fi
  exit 0
fi
first=$(head -n 1 <<< "$old")
if [ -z "$first" ]; then
  gh api --silent --method POST "$api/issues/$NUMBER/comments" -F "body=@$REPORT"
  existing | tail -n +2 | remove
  echo "Posted."
elif [ "${first#* }" = "$(sed -n 2p "$REPORT")" ]; then
  echo "The report has not changed."
else
  gh api --silent --method PATCH "$api/issues/comments/${first%% *}" -F "body=@$REPORT"
  echo "Replaced."
fi
