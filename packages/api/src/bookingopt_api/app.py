"""Builds the application from the settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from importlib.metadata import version
from threading import Event

from anyio import create_task_group, to_thread
from fastapi import FastAPI

from bookingopt_api.bodies import BodyGuard
from bookingopt_api.console import pages
from bookingopt_api.console.page_route import PageRoute, problem_page
from bookingopt_api.documentation import describe, operation_name
from bookingopt_api.forgetting import Keeper, forget_erased
from bookingopt_api.frame import RequestFrame
from bookingopt_api.gate import Gate
from bookingopt_api.problem_handlers import add_handlers
from bookingopt_api.resources import open_resources
from bookingopt_api.routes import (
    backends,
    documents,
    events,
    fit,
    jobs,
    pictures,
    restrictions,
    service,
    submit,
)
from bookingopt_api.settings import ApiSettings

ROUTERS = (
    submit.router,
    jobs.router,
    documents.router,
    events.router,
    pictures.router,
    restrictions.router,
    fit.router,
    backends.router,
    service.router,
    pages.router,
)
"""All routers of the application."""
SPARE_THREADS = 16
"""For health checks and metrics, which are answered also when the service is busy."""


def create_app(settings: ApiSettings, draining: Event | None = None) -> FastAPI:
    """Return an application.

    Parameters
    ----------
    settings
        The settings of the API.
    draining
        Set by the caller when the process is to stop: from then on the application is not ready. None if it
        is never set.

    Raises
    ------
    StoreError
        If the ledger, or the keys, are in a file that cannot be opened.
    OSError
        If the audit log cannot be written.
    ValueError
        If an address is not valid.
    """
    resources = open_resources(settings, draining)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # One thread for every admitted request and health check, so that a slow store delays no other
        # request.
        to_thread.current_default_thread_limiter().total_tokens = settings.max_requests + SPARE_THREADS
        with closing(resources):
            async with create_task_group() as tasks:
                keepers: list[Keeper] = [resources.results, resources.enquiries]
                tasks.start_soon(forget_erased, resources.store, keepers)
                if settings.fit_warm == "on":
                    tasks.start_soon(resources.enquiries.keep_warm)
                yield
                tasks.cancel_scope.cancel()

    app = FastAPI(
        title="BookingOpt",
        version=version("bookingopt-api"),
        summary="Gives every stay a room so that the nights left over can be sold.",
        lifespan=lifespan,
        generate_unique_id_function=operation_name,
        docs_url=None,
        redoc_url=None,
    )
    app.state.resources = resources
    # FastAPI documents this assignment as the way to extend the description.
    app.openapi = describe(app, is_authentication_on=settings.is_authentication_on)  # type: ignore[method-assign]
    add_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Gate, most=settings.max_requests)
    app.add_middleware(BodyGuard, routes=app.routes, page_route=PageRoute, tell_page=problem_page)
    app.add_middleware(RequestFrame, metrics=resources.metrics, audit=resources.audit)
    return app
