# Asks what the file `plan` in the folder $1 says, and says of every check whether it passed. Its lines are either
#   check NAME
#   METHOD URL TENANT BODY STATUSES FLAG WORD...
# with `-` for what is not there, or
#   shut kubernetes   the cluster's API server has to be closed to this pod, to which some service has answered; nothing
#                     follows where it runs on this pod's node, NODE_ADDRESS, which policies need not close
# A word is
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
check='' fault='' skipped='' run='' left='' reached=no failed=0
patience=120 grace=30
serving='6443 8443 16443'

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
  [ "$status" = 000 ] || reached=yes
}

# Whether a connection to $1 comes about. Of plain HTTP curl tells when it did, of TLS only when the handshake was over,
# so that a server of TLS is asked in plain HTTP, too.
dial() {
  connected=$(curl --silent --output /dev/null --connect-timeout 5 --max-time 5 --noproxy '*' --globoff \
    --write-out '%{time_connect}' "$1")
  ended=$?
  case $ended:$connected in
    6:*) way=unknown ;;
    *:*[1-9]*) way=open ;;
    7:* | 28:*) way=closed ;;
    *) way=unknown ;;
  esac
}

# Whether this pod's node is open at a port where API servers usually listen, which $at then is.
adjacent() {
  node=${NODE_ADDRESS:-}
  case $node in
    '') return 1 ;;
    *:*) node="[$node]" ;;
  esac
  for at in $serving; do
    dial "http://$node:$at/"
    [ "$way" != open ] || return 0
  done
  return 1
}

# Says what follows from an API server that is open to this pod. A plug-in need not close a pod's own node to it, so
# that an API server on that node may be open although policies are applied.
judge_open() {
  if adjacent; then
    skipped="the API server at $host:$port is open to this pod, and so is this pod's node at $node:$at: an API server, \
or something in its place, seems to run there, and policies need not close a pod's own node; let the Job run on a \
node without one, which \`services.agent-orchestrator.scheduling\` chooses; with a single node this check can't tell"
    return 0
  fi
  excluded="on this node, at other ports than $serving,"
  [ -n "$node" ] || excluded='on this node, whose address NODE_ADDRESS does not say,'
  fault="the API server at $host:$port is open to this pod, and no policy of the namespace opens it: as a rule the \
cluster's network plug-in stores policies and applies none, so that any pod of the cluster reaches the orchestrator and \
its admin interface; switch policies on in the plug-in, or use one that applies them; outside production \
\`network.policies = 'Off\` does without. (Looks the same: an API server $excluded or a policy of the whole cluster that \
opens it to all pods.)"
}

# Sets a fault where the API server is open to this pod, and says why where that can't be told.
shut() {
  host=${KUBERNETES_SERVICE_HOST:-} port=${KUBERNETES_SERVICE_PORT:-}
  if [ -z "$host" ] || [ -z "$port" ]; then
    skipped='KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, which name the API server, are not set'
    return 0
  fi
  case $host in
    *:*) host="[$host]" ;;
  esac
  dial "http://$host:$port/"
  # A plug-in may take a moment to apply policies to a pod that has just started.
  while [ "$way" = open ] && [ "$grace" -gt 0 ]; do
    grace=$((grace - 1))
    [ "$ended" != 28 ] || grace=$((grace - 5))
    sleep 1
    dial "http://$host:$port/"
  done
  case $way$reached in
    open*) judge_open ;;
    closedyes) ;;
    closedno) skipped="the API server is closed to this pod, and so is every service: that policies do it is not shown" ;;
    *) skipped="whether $host:$port is closed can't be told: curl ended with $ended" ;;
  esac
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
  elif [ "$verb" = shut ]; then
    shut
  elif [ -z "$fault$skipped" ] || [ "$flag" = tidy ]; then
    take
  fi
done <"$folder/plan"
finish

# A read completes a run that is older than 5 s.
[ -z "$left" ] || sleep 6
verb=GET body=- admin=no tenant=''
for word in $left; do
  if [ -z "$tenant" ]; then
    tenant=$word
  else
    url=$word
    ask
    over || echo "left $url: it stays one of the concurrent runs of $tenant until it is cancelled, or read"
    tenant=''
  fi
done
exit "$failed"
