#!/usr/bin/env bash
# Reviews a pull request with the code of the default branch: makes the report, posts it as one comment, reports a status and
# requests the missing reviewers. NUMBER names the pull request; without it, it is the open one of HEAD_OWNER:HEAD_BRANCH at
# HEAD_SHA. The change is checked out as data: nothing of it is run, and its symbolic links become plain files.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'git worktree remove --force "$work/head" 2> /dev/null || true; rm -rf "$work"' EXIT
api="repos/$GITHUB_REPOSITORY"

if [ -z "${NUMBER:-}" ]; then
  NUMBER=$(gh api --method GET "$api/pulls" -f state=open -f "head=$HEAD_OWNER:$HEAD_BRANCH" \
    --jq '.[] | select(.head.sha == env.HEAD_SHA) | .number' | head -n 1)
fi
if [ -z "$NUMBER" ]; then
  echo "No open pull request has this commit."
  exit 0
fi
IFS=$'\t' read -r sha base state < <(gh api "$api/pulls/$NUMBER" --jq '[.head.sha, .base.ref, .state] | @tsv')
if [ "$state" != open ]; then
  echo "The pull request is not open."
  exit 0
fi

git fetch --quiet --no-tags origin "+refs/pull/$NUMBER/head:refs/remotes/pull/$NUMBER" \
  "+refs/heads/$base:refs/remotes/origin/$base"
no_filters=(-c filter.lfs.process= -c filter.lfs.smudge= -c filter.lfs.required=false) # these read the change's .lfsconfig
git -c core.symlinks=false "${no_filters[@]}" worktree add --quiet --detach "$work/head" "$sha"
gh api --paginate "$api/issues/$NUMBER/comments" --jq '.[] | {author: .user.login, body}' > "$work/comments.jsonl"
python3 -c 'import json, sys; print(json.dumps([json.loads(line) for line in sys.stdin if line.strip()]))' \
  < "$work/comments.jsonl" > "$work/comments.json"

mkdir "$work/report"
touch "$work/members.txt" "$work/report/unproven.txt"
review() {
  state=success
  (cd "$work" && HEAD_SHA="$sha" integration-specs ci --root "head/${ROOT:-.}" --base "origin/$base" --out report \
    --fail-on "${FAIL_ON:-never}" --comments comments.json --members members.txt) || state=failure
}
review

# Acknowledgements for a team count if the author is a member of it. The token may lack the right to see that.
while read -r author team; do
  if [ "$(gh api "orgs/${team%%/*}/teams/${team#*/}/memberships/$author" --jq .state)" = active ]; then
    echo "$author $team" >> "$work/members.txt"
  fi
done < "$work/report/unproven.txt"
if [ -s "$work/members.txt" ]; then
  review
fi

NUMBER="$NUMBER" REPORT="$work/report/comment.md" bash "$here/post-comment.sh"
gh api --silent --method POST "$api/statuses/$sha" -f "state=$state" -f "context=integration-specs" \
  -f "description=Review of the specs: $state"
if [ -f "$work/report/reviewers.txt" ]; then
  while IFS= read -r reviewer; do
    field=reviewers
    case "$reviewer" in */*) field=team_reviewers reviewer=${reviewer#*/} ;; esac
    gh api --silent --method POST "$api/pulls/$NUMBER/requested_reviewers" -f "${field}[]=$reviewer" ||
      echo "$reviewer could not be requested as a reviewer."
  done < "$work/report/reviewers.txt"
fi
