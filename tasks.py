"""Do things to the world: `./run invoke --list`. Bodies are in `tooling/`; nox says whether it is right."""

from invoke.collection import Collection

from tooling import build, changelog, environment, stack
from tooling.deploy import tasks_host

namespace = Collection(environment.clean, environment.lock)
namespace.add_collection(Collection.from_module(build))
namespace.add_collection(Collection.from_module(changelog))
namespace.add_collection(Collection.from_module(stack))
namespace.add_collection(Collection.from_module(tasks_host), name="host")
