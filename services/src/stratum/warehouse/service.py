"""One query from its credentials to its answer, without HTTP: who, whether, within which limits."""

from __future__ import annotations

from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from stratum.warehouse.access import Decision, decide
from stratum.warehouse.engine import Answer, Engine, Environment, Session
from stratum.warehouse.errors import ACCESS_DENIED, SYNTAX_ERROR, QueryError, refused
from stratum.warehouse.exchange import Query
from stratum.warehouse.metrics import Metrics
from stratum.warehouse.statement import Statement, read_statement
from stratum.warehouse.users import User

LOGGED_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Limits:
    seconds: int
    threads: int

    @property
    def settings(self) -> dict[str, int]:
        return {"max_execution_time": self.seconds, "max_threads": self.threads}


class QueryService:
    """Blocking; called from as many threads as queries may run side by side."""

    def __init__(
        self, engine: Engine, limits: Limits, metrics: Metrics, log: FilteringBoundLogger
    ) -> None:
        self.engine = engine
        self._limits = limits
        self._metrics = metrics
        self._log = log

    def answer(self, user: User, query: Query) -> tuple[Answer, str]:
        """The answer and the name of its format."""
        statement = read_statement(query.text)
        with self._metrics.running.track_inprogress():
            try:
                return self._run(user, query, statement)
            except QueryError as error:
                self._metrics.failed(user.name, error.code)
                self._log.warning(
                    "query failed", user=user.name, query_id=query.query_id, code=error.code
                )
                raise

    def probe(self) -> None:
        """Raises unless the engine answers."""
        with self.engine.open_session(Environment(self.engine.database)) as session:
            session.run(Statement("SELECT 1", ()), "Null")

    def _run(self, user: User, query: Query, statement: Statement) -> tuple[Answer, str]:
        if not statement.tokens:
            raise refused(SYNTAX_ERROR, "Empty query")
        environment = Environment(query.database, query.settings, query.parameters)
        with self.engine.open_session(environment) as session:
            judgement = session.judge(statement)
            decision = decide(
                user.access,
                statement,
                judgement,
                database=self.engine.database,
                table_functions=self.engine.table_functions,
            )
            answer, output_format = self._execute(session, query, statement, decision)
        text = "hidden: it holds a secret" if judgement.has_secrets else statement.sql
        self._report(user, query, text, answer)
        return answer, output_format

    def _execute(
        self, session: Session, query: Query, statement: Statement, decision: Decision
    ) -> tuple[Answer, str]:
        if decision.refusal is not None:
            code = SYNTAX_ERROR if decision.refusal.startswith("Multi") else ACCESS_DENIED
            raise refused(code, decision.refusal)
        session.limit(self._limits.settings, read_only=decision.read_only or query.read_only)
        answer = session.run(statement, query.default_format)
        return answer, statement.output_format(query.default_format)

    def _report(self, user: User, query: Query, text: str, answer: Answer) -> None:
        self._metrics.succeeded(user.name, answer.seconds, answer.rows_read, answer.rows_written)
        self._log.info(
            "query",
            user=user.name,
            query_id=query.query_id,
            seconds=round(answer.seconds, 6),
            rows_read=answer.rows_read,
            rows_written=answer.rows_written,
            result_rows=answer.result_rows,
            statement=" ".join(text.split())[:LOGGED_CHARACTERS],
        )
