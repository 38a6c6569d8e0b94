# Asks what the file `plan` in the folder $1 says, and says of every check whether it passed. Its lines are either
#   check NAME
#   METHOD URL TENANT BODY STATUSES FLAG WORD...
# with `-` for what is not there. A word is
#   FIELD=VALUE       what the answer has to say; FIELD?=VALUE where it may say nothing of it
#   @admin            the request may administer tenants
#   @closed           something in front of the service may refuse it, which skips the check
#   @error            the answer is an error of AgentOS
#   @metrics=SERVICE  the answer is the metrics of this service
#   @says=PATTERN     the answer has this in it
#   @tenants=ID,ID    the answer lists these tenants and no others
# Nothing in this script differs between environments.
set -uf
folder=$1
newline='
'
check='' fault='' skipped='' run='' left='' failed=0
patience=120

finish() {
  [ -n "$check" ] || return 0
  if [ -n "$fault" ]; then
    echo "failed $check: $fault"
    failed=1
  elif [ -n "$skipped" ]; then
    echo "skipped $check: $skipped"
  else
    echo "passed $check"
  fi
}

ask() {
  set -- --silent --max-time 10 --noproxy '*' --request "$verb" --write-out '\n%{http_code}'
  [ "$tenant" = - ] || set -- "$@" --header "X-Tenant-Id: $tenant"
  [ "$admin" = no ] || set -- "$@" --header 'X-Scopes: tenants:admin'
  [ "$body" = - ] || set -- "$@" --header 'Content-Type: application/json' --data-binary "@$folder/$body"
  answer=$(curl "$@" "$url")
  status=${answer##*"$newline"}
  answer=${answer%"$newline"*}
}

# Whether the answer says that its run has come to its end.
over() {
  case $status$answer in
    200*'"status":"canceled"'* | 200*'"status":"completed"'* | 200*'"status":"failed"'*) return 0 ;;
  esac
  return 1
}

# Sets a fault where the tenants that the answer lists are not those of $1.
compare() {
  rest=$answer known=, undeclared='' missing=''
  while :; do
    case $rest in
      *[[,]'{"tenant_id":"'*) ;;
      *) break ;;
    esac
    rest=${rest#*[[,]'{"tenant_id":"'}
    id=${rest%%'"'*}
    known=$known$id,
    case ,$1, in
      *,"$id",*) ;;
      *) undeclared="$undeclared $id" ;;
    esac
  done
  rest=$1,
  while [ "$rest" != , ] && [ -n "$rest" ]; do
    id=${rest%%,*}
    rest=${rest#*,}
    case $known in
      *,"$id",*) ;;
      *) missing="$missing $id" ;;
    esac
  done
  [ -z "$undeclared" ] || fault="the environment does not declare$undeclared: restart the orchestrator, which forgets \
tenants; one that comes back was created by another client"
  [ -z "$missing" ] || fault="${fault:+$fault; }the orchestrator does not know$missing: apply what is compiled, and \
restart it"
}

# Sets a fault where the answer is not as a word says.
judge() {
  case $1 in
    @admin | @closed) ;;
    @error)
      code='"code":"'
      [ "$status" != 403 ] || code='"code":"tenant_unknown"'
      [ "$status" != 404 ] || code='"code":"not_found"'
      case $answer in
        *'"error":{'*"$code"*) ;;
        *) fault="$verb $url as $tenant: got $status, but not from AgentOS: is something in front of the service?" ;;
      esac
      ;;
    @metrics=*)
      case $answer in
        '' | '<'* | '{'* | '['*) fault="$verb $url: expected metrics, got something else" ;;
        *"service=\"${1#*=}\""*) ;;
        *'service="'*) fault="$verb $url: expected metrics of ${1#*=}, got another's: apply the Services that are compiled" ;;
      esac
      ;;
    @says=*)
      case $answer in
        *${1#*=}*) ;;
        *) fault="$verb $url: got $status, but not from AgentOS: is something in front of the service?" ;;
      esac
      ;;
    @tenants=*) compare "${1#*=}" ;;
    *)
      name=${1%%=*}
      case $answer in
        *"\"${name%\?}\":\"${1#*=}\""* | *"\"${name%\?}\": \"${1#*=}\""*) ;;
        *"\"${name%\?}\":"*) fault="$verb $url: expected $1: another service or stack answers, or runs with other \
settings; apply what is compiled" ;;
        *)
          [ "$name" != "${name%\?}" ] || fault="$verb $url: expected $1, got none: something else answers, or runs with \
other settings; apply what is compiled"
          ;;
      esac
      ;;
  esac
}

take() {
  case $url in
    *'{run}'*)
      [ -n "$run" ] || return 0
      url=${url%%'{run}'*}$run${url#*'{run}'}
      ;;
  esac
  admin=no closed=no
  for word in $words; do
    case $word in
      @admin) admin=yes ;;
      @closed) closed=yes ;;
    esac
  done
  ask
  # Nobody there yet: wait, but not for ever.
  while [ "$status" = 000 ] && [ "$patience" -gt 0 ] && [ "$flag" != tidy ]; do
    patience=$((patience - 1))
    sleep 1
    ask
  done
  if [ "$flag" = tidy ]; then
    # A run that is not cancelled takes one of its tenant's until it is read.
    over || left="$left $tenant ${url%:cancel}"
    return 0
  fi
  if [ "$closed" = yes ]; then
    case $status in
      3?? | 4??) skipped="$verb $url: got $status" ;;
      200)
        case $answer in
          *'"tenants":'*) ;;
          *) skipped="$verb $url: got no list" ;;
        esac
        ;;
    esac
    [ -z "$skipped" ] || return 0
  fi
  # Also where the answer is not as it has to be: a run that was made is cancelled.
  case $flag$status$answer in
    keep2??*'"run_id":'*)
      run=${answer#*'"run_id":'}
      run=${run#*'"'}
      run=${run%%'"'*}
      case $run in
        *[!A-Za-z0-9_-]*) run='' ;;
      esac
      ;;
  esac
  case ,$statuses, in
    *,"$status",*) ;;
    *)
      fault="$verb $url as $tenant: expected $statuses, got $status"
      return 0
      ;;
  esac
  for word in $words; do
    [ -n "$fault" ] || judge "$word"
  done
  [ -z "$fault" ] || return 0
  case $flag in
    keep) [ -n "$run" ] || fault="$verb $url: the answer names no run" ;;
    names)
      case $answer in
        *"$run"*) ;;
        *) fault="$verb $url: the answer does not name the run" ;;
      esac
      ;;
  esac
}

while read -r verb url tenant body statuses flag words; do
  if [ "$verb" = check ]; then
    finish
    check=$url fault='' skipped='' run=''
  elif [ -z "$fault$skipped" ] || [ "$flag" = tidy ]; then
    take
  fi
done <"$folder/plan"
finish

# A read completes a run that is older than 5 s.
[ -z "$left" ] || sleep 6
verb=GET body=- admin=no
set -- $left
while [ "$#" -gt 1 ]; do
  tenant=$1 url=$2
  shift 2
  ask
  over || echo "left $url: it stays one of the concurrent runs of $tenant until it is cancelled, or read"
done
exit "$failed"
