# Asks what the file `plan` in the folder $1 says, and says of every check whether it passed. Its lines are either
#   check NAME
#   METHOD URL TENANT BODY STATUSES FLAG FIELD=VALUE...
# with `-` for what is not there. Nothing in this script differs between environments.
set -uf
folder=$1
newline='
'
check='' fault='' run='' failed=0
patience=120

finish() {
  [ -n "$check" ] || return 0
  if [ -z "$fault" ]; then
    echo "passed $check"
  else
    echo "failed $check: $fault"
    failed=1
  fi
}

ask() {
  set -- --silent --max-time 10 --noproxy '*' --request "$verb" --write-out '\n%{http_code}'
  [ "$tenant" = - ] || set -- "$@" --header "X-Tenant-Id: $tenant"
  [ "$body" = - ] || set -- "$@" --header 'Content-Type: application/json' --data-binary "@$folder/$body"
  answer=$(curl "$@" "$url")
  status=${answer##*"$newline"}
  answer=${answer%"$newline"*}
}

take() {
  case $url in
    *'{run}'*)
      [ -n "$run" ] || return 0
      url=${url%%'{run}'*}$run${url#*'{run}'}
      ;;
  esac
  ask
  # Nobody there yet: wait, but not for ever.
  while [ "$status" = 000 ] && [ "$patience" -gt 0 ] && [ "$flag" != tidy ]; do
    patience=$((patience - 1))
    sleep 1
    ask
  done
  [ "$flag" != tidy ] || return 0
  case ,$statuses, in
    *,"$status",*) ;;
    *)
      fault="$verb $url as $tenant: expected $statuses, got $status"
      return 0
      ;;
  esac
  for field in $fields; do
    case $answer in
      *"\"${field%%=*}\":\"${field#*=}\""* | *"\"${field%%=*}\": \"${field#*=}\""*) ;;
      *)
        fault="$verb $url: expected $field"
        return 0
        ;;
    esac
  done
  case $flag in
    keep)
      run=${answer#*'"run_id":'}
      run=${run#*'"'}
      run=${run%%'"'*}
      case $run in
        '' | *[!A-Za-z0-9_-]*) run='' fault="$verb $url: the answer names no run" ;;
      esac
      ;;
    names)
      case $answer in
        *"$run"*) ;;
        *) fault="$verb $url: the answer does not name the run" ;;
      esac
      ;;
  esac
}

while read -r verb url tenant body statuses flag fields; do
  if [ "$verb" = check ]; then
    finish
    check=$url fault='' run=''
  elif [ -z "$fault" ] || [ "$flag" = tidy ]; then
    take
  fi
done <"$folder/plan"
finish
exit "$failed"
