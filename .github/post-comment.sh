#!/usr/bin/env bash
# Posts REPORT on the open pull request of HEAD_OWNER:HEAD_BRANCH at HEAD_SHA, in place of the report posted before.
# REPORT comes from a run of other people's code: it is only ever a text, read from its file.
set -euo pipefail

marker="<!-- integration-specs -->"
if [ ! -f "$REPORT" ] || [ -L "$REPORT" ] || [ "$(head -n 1 "$REPORT")" != "$marker" ]; then
  echo "There is no report to post."
  exit 0
fi
if [ "$(wc -m < "$REPORT")" -ge 65536 ]; then
  echo "The report is too long to post."
  exit 1
fi
number=$(gh api --method GET "repos/$GITHUB_REPOSITORY/pulls" -f state=open -f "head=$HEAD_OWNER:$HEAD_BRANCH" \
  --jq '.[] | select(.head.sha == env.HEAD_SHA) | .number' | head -n 1)
if [ -z "$number" ]; then
  echo "No open pull request has this commit."
  exit 0
fi
old=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$number/comments" \
  --jq '.[] | select(.user.login == "github-actions[bot]" and (.body | startswith("<!-- integration-specs -->"))) | "\(.id) \(.body | split("\n")[1])"' | head -n 1)
if [ -z "$old" ]; then
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$number/comments" -F "body=@$REPORT"
  echo "Posted."
elif [ "${old#* }" = "$(sed -n 2p "$REPORT")" ]; then
  echo "The report says what it said before."
else
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/${old%% *}" -F "body=@$REPORT"
  echo "Replaced."
fi
