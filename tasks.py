"""Tasks that change something: `./run invoke --list`. Implemented in `tooling/`; nox runs the checks."""

from invoke.collection import Collection

from tooling import (
    build,
    changelog,
    environment,
    keys,
    publish,
    redis_backup,
    reference,
    serve,
    stack,
    status,
)
from tooling.deploy import tasks_base, tasks_certificate, tasks_host, tasks_operate, tasks_workers
from tooling.deploy.tasks_preflight import preflight
from tooling.deploy.tasks_recover import recover
from tooling.deploy.tasks_release import deployments, rollbacks
from tooling.load import load
from tooling.smoke.tasks import smoke

namespace = Collection(environment.clean, environment.lock, reference.reference, serve.serve)
for each in (load, smoke, tasks_operate.scale, recover):
    namespace.add_task(each)
namespace.add_collection(Collection.from_module(build))
namespace.add_collection(Collection.from_module(changelog))
namespace.add_collection(Collection.from_module(keys))
namespace.add_collection(Collection.from_module(publish))
namespace.add_collection(Collection.from_module(redis_backup), name="redis")
namespace.add_collection(Collection.from_module(stack))
namespace.add_collection(tasks_operate.with_stages(Collection.from_module(status)))
namespace.add_collection(tasks_operate.logs)
namespace.add_collection(Collection.from_module(tasks_base), name="base")
namespace.add_collection(Collection.from_module(tasks_certificate), name="certificate")
namespace.add_collection(Collection.from_module(tasks_host), name="host")
for stages in (preflight, deployments, rollbacks):
    namespace.add_collection(stages)
namespace.add_collection(Collection.from_module(tasks_workers), name="workers")
