set -u
for body in /etc/agentos/tenants/*.json; do
  attempt=0
  until
    status=$(curl --noproxy '*' --silent --output /dev/null --write-out '%{http_code}' --max-time 5 \
      --header 'Content-Type: application/json' --header 'X-Scopes: tenants:admin' \
      --data-binary "@$body" http://127.0.0.1:8081/v1/admin/tenants)
    [ "$status" = 201 ] || [ "$status" = 409 ]
  do
    attempt=$((attempt + 1))
    if [ "$attempt" -ge 60 ]; then
      echo "tenant $body was not created: status $status" >&2
      exit 1
    fi
    sleep 1
  done
done
