"""From a path to the part that answers; what can be refused without the body is refused first."""

from __future__ import annotations

from stratum.collector.admission import Admission
from stratum.collector.exchange import Request, Response, answer, refuse, unavailable
from stratum.collector.intake import METRICS, Intake
from stratum.collector.measures import CONTENT_TYPE, Measures
from stratum.collector.readiness import ReadinessCheck
from stratum.health import Health, Waiting

# What GitHub caps its deliveries at.
MOST_BODY = 25 * 1024 * 1024

SOURCES = {
    "/hooks/argocd": "argocd",
    "/hooks/github": "github",
    "/hooks/gitlab": "gitlab",
    "/api/v1/metrics": METRICS,
}
PAGES = ("/healthz", "/readyz", "/metrics")


class Handler:
    def __init__(
        self,
        intake: Intake,
        admission: Admission,
        readiness: ReadinessCheck,
        measures: Measures,
        health: Health,
    ) -> None:
        self._intake = intake
        self._admission = admission
        self._readiness = readiness
        self._measures = measures
        self._health = health

    def refuse_early(self, method: str, path: str, length: int) -> Response | None:
        """Before the body is read; None if it should be."""
        allowed = "POST" if path in SOURCES else "GET" if path in PAGES else None
        if allowed is None:
            known = ", ".join((*SOURCES, *PAGES))
            return refuse(404, "not_found", f"there is no {path}", hint=f"there are {known}")
        if method != allowed:
            message = f"{path} does not take {method}"
            headers = (("allow", allowed),)
            return refuse(405, "wrong_method", message, hint=f"use {allowed}", headers=headers)
        if length > MOST_BODY:
            return self.too_large(path)
        refusal = self._admission.refusal() if path in SOURCES else None
        if refusal:
            self._measures.rejected.labels(SOURCES[path], "unavailable").inc()
            return unavailable(refusal)
        return None

    def too_large(self, path: str) -> Response:
        self._measures.rejected.labels(SOURCES.get(path, ""), "too_large").inc()
        return refuse(
            413,
            "too_large",
            f"the body has more than {MOST_BODY} bytes",
            hint="send less at once",
        )

    async def handle(self, request: Request) -> Response:
        if request.path in SOURCES:
            return await self._intake.take(SOURCES[request.path], request)
        if request.path == "/healthz":
            return answer(200, self._health)
        if request.path == "/readyz":
            return await self._ready()
        return Response(200, self._measures.text(), CONTENT_TYPE)

    async def _ready(self) -> Response:
        state = await self._readiness()
        if state.ready:
            return answer(200, {"status": "ready", "reasons": state.reasons})
        return answer(503, Waiting(state.reasons))
