//! What AgentOS calls things: its services, its profiles, its releases.

/// The guards of the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Development: no guards.
    Dev,
    /// Demonstration: no guards.
    Demo,
    /// Production: refuses unsafe settings (fact 2).
    Prod,
}

impl Profile {
    /// As the runtime spells it (fact 1).
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Dev => "dev",
            Profile::Demo => "demo",
            Profile::Prod => "prod",
        }
    }
}

/// A release of AgentOS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Runtime {
    /// 1.0.2.
    #[default]
    V1_02,
    /// The newer one, 1.0.7.
    V1_07,
}

impl Runtime {
    /// Every release, the oldest first.
    pub const ALL: [Runtime; 2] = [Runtime::V1_02, Runtime::V1_07];

    /// Its name in environments.
    pub fn tag(self) -> &'static str {
        match self {
            Runtime::V1_02 => "V1_02",
            Runtime::V1_07 => "V1_07",
        }
    }

    /// The version, as people write it.
    pub fn version(self) -> &'static str {
        match self {
            Runtime::V1_02 => "1.0.2",
            Runtime::V1_07 => "1.0.7",
        }
    }
}

/// One of the three services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceName {
    /// Runs agents, keeps runs and events, holds the tenant registry.
    AgentOrchestrator,
    /// Governed model access.
    ModelPolicy,
    /// Forwards runs to peer stacks, proxies their events.
    Federation,
}

impl ServiceName {
    /// Every service, in the order in which they are compiled.
    pub const ALL: [ServiceName; 3] =
        [ServiceName::AgentOrchestrator, ServiceName::ModelPolicy, ServiceName::Federation];

    /// Its name on the command line of the image, in `AGENTOS_SERVICE` and in environments.
    pub fn as_str(self) -> &'static str {
        match self {
            ServiceName::AgentOrchestrator => "agent-orchestrator",
            ServiceName::ModelPolicy => "model-policy",
            ServiceName::Federation => "federation",
        }
    }

    /// The name of its contract in the library.
    pub fn contract_name(self) -> &'static str {
        match self {
            ServiceName::AgentOrchestrator => "AgentOrchestrator",
            ServiceName::ModelPolicy => "ModelPolicy",
            ServiceName::Federation => "Federation",
        }
    }

    /// The name of its objects: part of the stable surface.
    pub fn object_name(self) -> &'static str {
        match self {
            ServiceName::AgentOrchestrator => "agentos-agent-orchestrator",
            ServiceName::ModelPolicy => "agentos-model-policy",
            ServiceName::Federation => "agentos-federation",
        }
    }

    /// The port its container listens on in the reference stack.
    pub fn reference_port(self) -> u16 {
        match self {
            ServiceName::AgentOrchestrator => 8081,
            ServiceName::ModelPolicy => 8082,
            ServiceName::Federation => 8083,
        }
    }

    /// The port of its Service: part of the stable surface.
    pub fn reference_service_port(self) -> u16 {
        match self {
            ServiceName::AgentOrchestrator => 50081,
            ServiceName::ModelPolicy => 50082,
            ServiceName::Federation => 50083,
        }
    }

    /// The path below which its interface is; of two services under one host the longer one goes first.
    pub fn path_prefix(self) -> &'static str {
        match self {
            ServiceName::AgentOrchestrator | ServiceName::ModelPolicy => "/v1",
            ServiceName::Federation => "/v1/federation",
        }
    }

    /// The path on which it says that it is well.
    pub fn health_path(self) -> &'static str {
        match self {
            ServiceName::AgentOrchestrator | ServiceName::ModelPolicy => "/v1/health",
            ServiceName::Federation => "/v1/federation/health",
        }
    }
}

/// The headers by which a request says whose it is. The orchestrator and model policy believe them, and the audit log
/// keeps the principal that they name (fact 5).
pub const IDENTITY_HEADERS: [&str; 5] = ["X-Tenant-Id", "X-Scopes", "X-Principal-Id", "X-Subject-Type", "X-Api-Key-Id"];

/// One value for each service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PerService<T> {
    /// For the agent orchestrator.
    pub agent_orchestrator: T,
    /// For model policy.
    pub model_policy: T,
    /// For federation.
    pub federation: T,
}

impl<T> PerService<T> {
    /// The value of one service.
    pub fn get(&self, service: ServiceName) -> &T {
        match service {
            ServiceName::AgentOrchestrator => &self.agent_orchestrator,
            ServiceName::ModelPolicy => &self.model_policy,
            ServiceName::Federation => &self.federation,
        }
    }

    /// The value of one service, to be changed.
    pub fn get_mut(&mut self, service: ServiceName) -> &mut T {
        match service {
            ServiceName::AgentOrchestrator => &mut self.agent_orchestrator,
            ServiceName::ModelPolicy => &mut self.model_policy,
            ServiceName::Federation => &mut self.federation,
        }
    }

    /// A value for each service.
    pub fn of(mut value: impl FnMut(ServiceName) -> T) -> PerService<T> {
        PerService {
            agent_orchestrator: value(ServiceName::AgentOrchestrator),
            model_policy: value(ServiceName::ModelPolicy),
            federation: value(ServiceName::Federation),
        }
    }
}
