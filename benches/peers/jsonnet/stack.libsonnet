// The reference stack as a Jsonnet user would write it: hidden fields are what an environment says, `objects` is what
// it becomes.
{
  local stack = self,

  name:: error 'an environment needs a name',
  namespace:: error 'an environment needs a namespace',
  profile:: 'dev',
  version:: '1.0.2',
  image:: 'ghcr.io/nexixai/agentos:latest',
  defaultTenant:: 'tnt_demo',
  tenants:: { tnt_demo: { name: 'Demo tenant' } },
  secrets:: {
    AGENTOS_SERVICE_TOKEN: 'fake_service_token_localdev',
    AGENTOS_FED_SHARED_SECRET: 'fake_federation_secret_localdev',
    AGENTOS_SIGNING_KEY: 'fake_signing_key_material_localdev',
  },
  federation:: {
    stack: error 'federation needs a stack id',
    environment: 'k8s',
    region: 'local',
    peers: {},
  },

  assert std.member(['dev', 'demo', 'prod'], self.profile) : 'unknown profile',

  local labels = {
    'app.kubernetes.io/name': 'agentos',
    'app.kubernetes.io/instance': stack.name,
    'app.kubernetes.io/version': stack.version,
    'app.kubernetes.io/part-of': 'agentos',
    'app.kubernetes.io/managed-by': 'agentos-cfg',
  },
  local selector(service) = {
    'app.kubernetes.io/name': 'agentos',
    'app.kubernetes.io/component': service.name,
  },
  // Peers behind names are never in here.
  local privateNetworks = {
    v4: ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
    v6: ['::1/128', 'fc00::/7', 'fe80::/10'],
  },
  local objectName(service) = 'agentos-' + service.name,
  local metadata(name, service=null) = {
    name: name,
    namespace: stack.namespace,
    labels: labels + if service == null then {} else selector(service),
  },
  local plain(variables) = [{ name: v[0], value: v[1] } for v in variables],

  local dataFolder(service) = '/var/agentos/' + service.name,
  local services = {
    orchestrator: {
      name: 'agent-orchestrator',
      port: 8081,
      servicePort: 50081,
      health: '/v1/health',
      env: [
        ['AGENTOS_RUN_STORE_FILE', dataFolder(self) + '/runs.json'],
        ['AGENTOS_AGENT_STORE_DIR', dataFolder(self) + '/agents'],
        ['AGENTOS_QUOTA_RUN_CREATE_QPS', '10'],
        ['AGENTOS_QUOTA_CONCURRENT_RUNS', '25'],
      ],
      volumes: [{ name: 'tenants', configMap: { name: tenants.metadata.name } }],
      mounts: [{ name: 'tenants', mountPath: '/etc/agentos/tenants', readOnly: true }],
      lifecycle: { postStart: { exec: { command: ['/bin/sh', '-c', importstr 'create-tenants.sh'] } } },
      reads: [tenants.data, secret.data],
    },
    modelPolicy: {
      name: 'model-policy',
      port: 8082,
      servicePort: 50082,
      health: '/v1/health',
      env: [['AGENTOS_QUOTA_INVOKE_QPS', '20']],
      volumes: [],
      mounts: [],
      reads: [secret.data],
    },
    federation: {
      name: 'federation',
      port: 8083,
      servicePort: 50083,
      health: '/v1/federation/health',
      env: [
        ['AGENTOS_FED_FORWARD_INDEX_FILE', dataFolder(self) + '/forward-index.json'],
        ['AGENTOS_PEERS_FILE', '/etc/agentos/peers/peers.seed.json'],
        ['AGENTOS_STACK_ID', stack.federation.stack],
        ['AGENTOS_ENVIRONMENT', stack.federation.environment],
        ['AGENTOS_REGION', stack.federation.region],
        ['AGENTOS_FED_FORWARD_MAX_ATTEMPTS', '3'],
        ['AGENTOS_FED_FORWARD_BASE_BACKOFF_MS', '250'],
      ],
      volumes: [{
        name: 'peers',
        configMap: { name: peers.metadata.name, items: [{ key: 'peers.seed.json', path: 'peers.seed.json' }] },
      }],
      mounts: [{ name: 'peers', mountPath: '/etc/agentos/peers', readOnly: true }],
      reads: [peers.data, secret.data],
      egress: if std.length(stack.federation.peers) == 0 then [] else [
        {
          ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }],
          to: [{
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
            podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
          }, { ipBlock: { cidr: '169.254.20.10/32' } }],
        },
        {
          ports: [{ port: 443, protocol: 'TCP' }],
          to: [
            { ipBlock: { cidr: '0.0.0.0/0', except: privateNetworks.v4 } },
            { ipBlock: { cidr: '::/0', except: privateNetworks.v6 } },
          ],
        },
      ],
    },
  },
  local serviceList = [services.orchestrator, services.modelPolicy, services.federation],

  local url(service) =
    'http://%s.%s.svc:%d' % [objectName(service), stack.namespace, service.servicePort],
  local peerEntry(id, peer) = {
    stack_id: id,
    environment: peer.environment,
    region: peer.region,
    api_versions: ['v1'],
    endpoints: {
      'agent-orchestrator_base_url': peer.agents,
      'model-policy_base_url': peer.models,
    },
    build: { version: stack.version, git_sha: 'unknown', timestamp: '1970-01-01T00:00:00Z' },
  },
  local peersFile = {
    'local': peerEntry(stack.federation.stack, stack.federation {
      agents: url(services.orchestrator),
      models: url(services.modelPolicy),
    }),
    peers: [peerEntry(p.key, p.value) for p in std.objectKeysValues(stack.federation.peers)],
  },
  local tenantFile(id, tenant) = {
    tenant_id: id,
    name: tenant.name,
    plan_tier: 'standard',
    quotas: {},
    entitlements: {},
    metadata: {},
  },
  local json(value) = std.manifestJsonEx(value, '  ') + '\n',

  local namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: stack.namespace,
      labels: labels {
        ['pod-security.kubernetes.io/' + mode]: 'restricted'
        for mode in ['audit', 'enforce', 'warn']
      } + {
        ['pod-security.kubernetes.io/' + mode + '-version']: 'latest'
        for mode in ['audit', 'enforce', 'warn']
      },
    },
  },
  local defaultDeny = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata('agentos-default-deny'),
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  },
  local secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata('agentos-secrets'),
    type: 'Opaque',
    data: std.mapWithKey(function(_, value) std.base64(value), stack.secrets),
  },
  local peers = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata('agentos-peers', services.federation),
    data: { 'peers.seed.json': json(peersFile) },
  },
  local tenants = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata('agentos-tenants', services.orchestrator),
    data: { [id + '.json']: json(tenantFile(id, stack.tenants[id])) for id in std.objectFields(stack.tenants) },
  },

  local serviceAccount(service) = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadata(objectName(service), service),
    automountServiceAccountToken: false,
  },
  local policy(service) = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(objectName(service), service),
    spec: {
      podSelector: { matchLabels: selector(service) },
      policyTypes: ['Ingress', 'Egress'],
      [if std.length(std.get(service, 'egress', [])) > 0 then 'egress']: service.egress,
    },
  },
  local service(service) = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(objectName(service), service),
    spec: {
      type: 'ClusterIP',
      selector: selector(service),
      ports: [{ name: 'http', port: service.servicePort, protocol: 'TCP', targetPort: 'http' }],
    },
  },
  local probe(service, period, failures) = {
    httpGet: { path: service.health, port: 'http' },
    periodSeconds: period,
    timeoutSeconds: 3,
    failureThreshold: failures,
  },
  local container(service) = {
    name: 'agentos',
    image: stack.image,
    imagePullPolicy: 'Always',
    args: ['serve', '--addr', ':%d' % service.port, service.name],
    env: plain([
      ['AGENTOS_SERVICE', service.name],
      ['AGENTOS_PROFILE', stack.profile],
      ['AGENTOS_DEFAULT_TENANT', stack.defaultTenant],
      ['AGENTOS_METRICS_REQUIRE_AUTH', '1'],
      ['AGENTOS_AUDIT_SINK', 'file:%s/audit.log' % dataFolder(service)],
    ] + service.env) + [
      { name: key, valueFrom: { secretKeyRef: { key: key, name: secret.metadata.name, optional: false } } }
      for key in ['AGENTOS_SERVICE_TOKEN', 'AGENTOS_FED_SHARED_SECRET', 'AGENTOS_SIGNING_KEY']
    ],
    ports: [{ name: 'http', containerPort: service.port, protocol: 'TCP' }],
    [if std.objectHas(service, 'lifecycle') then 'lifecycle']: service.lifecycle,
    livenessProbe: probe(service, 10, 3),
    readinessProbe: probe(service, 5, 2),
    startupProbe: probe(service, 2, 30),
    resources: {
      limits: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '1Gi' },
      requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
    },
    volumeMounts: [
      { name: 'data', mountPath: dataFolder(service) },
      { name: 'tmp', mountPath: '/tmp' },
    ] + service.mounts,
  },
  local deployment(service) = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(objectName(service), service),
    spec: {
      replicas: 1,
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector(service) },
      strategy: { type: 'Recreate' },
      template: {
        metadata: {
          labels: labels + selector(service),
          annotations: {
            'agentos.nexixai.io/config-hash': std.substr(std.md5(std.manifestJsonMinified(service.reads)), 0, 16),
          },
        },
        spec: {
          serviceAccountName: objectName(service),
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 10,
          securityContext: {
            fsGroup: 10001,
            fsGroupChangePolicy: 'OnRootMismatch',
            runAsGroup: 10001,
            runAsNonRoot: true,
            runAsUser: 10001,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [container(service)],
          volumes: [
            { name: 'data', emptyDir: {} },
            { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
          ] + service.volumes,
        },
      },
    },
  },

  objects:
    [namespace]
    + [serviceAccount(s) for s in serviceList]
    + [defaultDeny]
    + [policy(s) for s in serviceList]
    + [secret, peers, tenants]
    + [service(s) for s in serviceList]
    + [deployment(s) for s in serviceList],
}
