# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Resource on a server: find, create, update, delete, and wait where the server works in a session.

Whether an operation answers with the object or with a session differs from resource to resource and from revision to
revision (facts/vbr.md 3); the answer itself shows it, so nothing here has to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from ..._core.answer import Fits
from ..._core.compare import fold, value_at
from ..._core.errors import InvalidInput, NotFound, RestError, TaskFailed, TimedOut, UnknownOutcome, quoted
from ..._core.polling import ended_badly, poll, started
from ..._core.shape import BOOLEAN, STRING, Shape, asked_for, shape_like, shaped
from ..client import IDENTIFIED, Vbr, is_session
from ..revisions import rank
from . import approval
from .calls import SecretCall
from .lists import Lists, Row, check_object, exact_first, has, nested
from .payload import ABSENT, Desired
from .places import Steps
from .reconcile import CREATE, DELETE, UPDATE, ResourcePlan, reconcile, secret_calls
from .schema import Resource

SESSIONS = "/api/v1/sessions"
AUTOMATION_SESSIONS = "/api/v1/automation/sessions"
DEFAULT_WAIT_SECONDS = 600
LOOKS_FIRST = "The server goes on with what was begun. Run the task again: it looks before it writes."
STARTS_ANOTHER = (
    "It may have been started and go on at the server: look at its sessions there. Running the task again starts "
    "another one."
)
# Only a session has this field.
SESSION_MARK = "sessionType"
# How every list that can be narrowed down calls it.
NAME_FILTER = "nameFilter"


def nothing() -> None:
    """Nobody looks on."""


class Endpoint:
    """One resource on one server. `lists` may be shared by several endpoints of one task."""

    def __init__(self, service: Vbr, resource: Resource, timeout: float = DEFAULT_WAIT_SECONDS) -> None:
        self.service = service
        self.resource = resource
        self.timeout = timeout
        # The last session in which the server worked, as it ended.
        self.session: Row = {}
        # The id of the object that the server said it made for this task.
        self.made_id = ""

    def find(self, desired: Desired, lists: Lists | None = None) -> Row | None:
        """The object the key fields mean, None if there is none.

        Raises InvalidInput if there are several, or if it is of a type that is not managed: nothing is written to it.
        """
        if self.resource.singleton:
            return self._comparable(desired, self.read())
        namesakes = self._of_key(desired, lists)
        found = self._managed(namesakes, desired)
        if namesakes and not found:
            raise self._not_managed(namesakes[0], desired.label)
        if len(found) > 1:
            found = self._only_one(desired, found)
        return self._comparable(desired, self.whole(self._changeable(found[0]))) if found else None

    def _changeable(self, row: Row) -> Row:
        """The object, if it is not one of every server. Raises InvalidInput."""
        if self.resource.own:
            check_object(self.service, self.resource.listed, row, {self.resource.own: BOOLEAN})
        if self.resource.is_own(row):
            raise InvalidInput(
                f"The {self.resource.what} {quoted(row.get('name') or row['id'])} is one that every server has.",
                "Nobody can change or remove it. Give the name of another one.",
            )
        return row

    def whole(self, row: Row) -> Row:
        """An object of the list as a whole, where the list shows a part of it."""
        return self.read(str(row["id"])) if self.resource.details or self.resource.part_of else row

    def namesakes(self, desired: Desired, lists: Lists | None = None) -> list[Row]:
        """The objects that are called as the desired one, in the order of the server's list."""
        further = self._places(desired.tiebreak)
        return [row for row in self._managed(self._of_key(desired, lists), desired) if has(row, further)]

    def _managed(self, rows: list[Row], desired: Desired) -> list[Row]:
        wanted = desired.params.get("type")
        return [row for row in rows if self.resource.manages(row, self.service.revision, wanted)]

    def _not_managed(self, row: Row, label: str) -> InvalidInput:
        if self.resource.manages(row, self.service.revision):
            return InvalidInput(
                f"The {self.resource.what} {quoted(label)} ({row['id']}) is of type {row['type']}: nothing is written.",
                "Give this type, or the name of another one.",
            )
        return InvalidInput(
            f"The {self.resource.what} {quoted(label)} ({row['id']}) is of type {row['type']}, which this collection "
            "does not manage. Nothing is written to it.",
            "Manage it in the console, or give the name of another one.",
        )

    def _of_key(self, desired: Desired, lists: Lists | None) -> list[Row]:
        if desired.nameless:
            return []
        places = self._places(desired.key)
        if lists is not None:
            return lists.matching(self.resource.listed, places)
        return self._candidates(desired, places)

    def _comparable(self, desired: Desired, row: Row) -> Row:
        """An object that can be compared with the desired one, place by place. Raises BadAnswer."""
        path, toggle = self.resource.path, self.resource.toggle
        check_object(self.service, path, row, shape_like(desired.body))
        if toggle and desired.state in self.resource.states:
            check_object(self.service, path, row, {toggle.field: BOOLEAN})
        for marking in self.resource.markings:
            if desired.marked.get(marking.option) is not None:
                check_object(self.service, path, row, marking.shape(row))
        return row

    def _only_one(self, desired: Desired, found: list[Row]) -> list[Row]:
        """The one of several that the further options mean. None of them is what is to be gone already."""
        further = self._places(desired.tiebreak)
        meant = exact_first([row for row in found if has(row, further)], further) if further else found
        if len(meant) == 1 or (not meant and desired.state == ABSENT):
            return meant
        places = self._places(desired.key)
        shown = ", ".join(f"{row['id']} ({_name_in(row, places)})" for row in meant or found)
        raise InvalidInput(
            f"{len(meant or found)} {self.resource.what} are called {quoted(desired.label)}: {shown}.",
            "Write the name exactly like the one that is meant, give further options that tell them apart, "
            "or remove one.",
        )

    def _candidates(self, desired: Desired, places: Mapping[Steps, Any]) -> list[Row]:
        """The rows that the key can mean."""
        # The filter takes * for anything; a name that holds one cannot be asked for.
        value = str(desired.key.get(self.resource.name_filter, ""))
        if value and "*" not in value:
            found = self._read(places, {NAME_FILTER: value})
            if found:
                return found
        # Whether the filter tells upper case from lower case is not known, so that what it hides is looked for.
        return self._read(places, None)

    def _read(self, places: Mapping[Steps, Any], narrow: Mapping[str, Any] | None) -> list[Row]:
        rows = self.service.pages(self.resource.listed, narrow, row=IDENTIFIED)
        check_object(self.service, self.resource.listed, rows, [nested(places)])
        return exact_first([row for row in rows if has(row, places)], places)

    def _places(self, options: Mapping[str, Any]) -> dict[Steps, Any]:
        revision = self.service.revision
        return {self.resource.fields[name].steps(name, revision): value for name, value in options.items()}

    def read(self, row_id: str = "") -> Row:
        """The object as it is now, which has to be the one that is asked for. Raises BadAnswer."""
        fits = shaped({}) if self.resource.always_there else _identified(row_id)
        row: Row = self.service.call("GET", f"{self.resource.at(row_id)}{self.resource.details}", fits=fits)
        return {"id": row_id, **row} if self.resource.part_of else row

    def status(self, desired: Desired, row: Row, lists: Lists | None = None) -> Row:
        """What the list of states says of an object, where its desired state is one that the object does not show."""
        toggle = self.resource.toggle
        if not toggle or not toggle.path or desired.state not in self.resource.states:
            return {}
        if lists is not None:
            return next(iter(lists.matching(toggle.path, {("id",): row["id"]})), {})
        name = str(row.get("name") or "*")
        shape: Shape = {"id!": STRING, toggle.field: BOOLEAN}
        rows = self.service.pages(toggle.path, {NAME_FILTER: name} if "*" not in name else None, row=shape)
        return next((state for state in rows if state["id"] == row["id"]), {})

    def proven(self, desired: Desired, row: Row) -> frozenset[str]:
        """The calls for secrets that need not be made, because the server says that it has the secret already."""
        calls = secret_calls(self.resource, desired, self.service.revision)
        return frozenset(call.action for call in calls if self._proves(call, desired, row))

    def _proves(self, call: SecretCall, desired: Desired, row: Row) -> bool:
        if not call.compare or rank(self.service.revision) < rank(call.compares_since):
            return False
        key, name = next(iter(call.body.items()))
        path = f"{self.resource.at(row['id'])}/{call.compare}"
        answer = self.service.call("POST", path, {key: desired.params[name]}, writes=False)
        return isinstance(answer, Mapping) and answer.get("isSuccessful") is True

    def apply(self, plan: ResourcePlan, desired: Desired) -> Row:
        """Carry a plan out; returns the object as the server has it afterwards, {} if it is gone."""
        row: Row = dict(plan.before)
        if plan.action == UPDATE and self.resource.part_of and not plan.id:
            plan, row = self._of_what_is_there_now(desired)
        if plan.action == CREATE:
            row = self._create(plan, desired)
        elif plan.action == UPDATE:
            row = self._update(plan, desired)
        elif plan.action == DELETE:
            approval.refuse_another(self.service, self.resource.path, self.resource.what, row)
            self.remove(plan.id, row)
            return {}
        with started(changed=plan.action in (CREATE, UPDATE)):
            return self._called(plan, row)

    def _of_what_is_there_now(self, desired: Desired) -> tuple[ResourcePlan, Row]:
        """The plan for a part of an object that was made meanwhile, and that part."""
        row = self.find(desired)
        if row is None:
            complaint = f"there is nothing yet of which the {self.resource.what} {quoted(desired.label)} are a part"
            raise TaskFailed(complaint, service=self.service.SERVICE, request=f"GET {self.resource.listed}")
        return reconcile(self.resource, desired, row, self.service.revision), row

    def _update(self, plan: ResourcePlan, desired: Desired) -> Row:
        """The object after it was replaced. Raises AwaitsApproval if the server waits for a second person with it."""
        path, about = self.resource.at(plan.id), (self.resource.path, self.resource.what, plan.before)
        approval.refuse_another(self.service, *about)
        body = {name: value for name, value in plan.body.items() if name != "id" or not self.resource.part_of}
        answer = self.service.call("PUT", path, body)
        with started(LOOKS_FIRST):
            row = self._meant(self._settled(answer, f"PUT {path}"), plan.id) or self.read(plan.id)
            left = reconcile(self.resource, desired, row, self.service.revision).drift if plan.drift else ()
            if left and left == plan.drift:
                approval.refuse_undone(self.service, *about)
        return row

    def _meant(self, row: Row | None, row_id: str) -> Row | None:
        """An object in an answer, if it is the one that was written."""
        return row if row is not None and (self.resource.always_there or fold(row["id"]) == fold(row_id)) else None

    def _called(self, plan: ResourcePlan, row: Row) -> Row:
        """The object after the calls of the plan."""
        row_id, runs = str(row.get("id", "")), self.resource.requests.values()
        begins = False
        for number, (action, body, method) in enumerate(plan.calls):
            path, begins = f"{self.resource.at(row_id)}/{action}", action in runs
            with started(changed=number > 0), _advised(begins, UnknownOutcome):
                answer = self.service.call(method, path, body or None)
            with started(), _advised(begins):
                if begins and not is_session(answer):
                    complaint = "the answer is no session of what was to be started"
                    raise UnknownOutcome(complaint, service=self.service.SERVICE, request=f"POST {path}")
                self._settled(answer, f"{method} {path}")
        if not plan.calls:
            return row
        with started(), _advised(begins):
            row = self.read(row_id)
        self._check_toggled(plan, row)
        return row

    def _check_toggled(self, plan: ResourcePlan, row: Row) -> None:
        """Raises TaskFailed if the server took the call that changes the state, and shows the other state."""
        toggle = self.resource.toggle
        if toggle is None or toggle.path:
            return
        wanted = {toggle.when_true: True, toggle.when_false: False}
        asked = [wanted[call.action] for call in plan.calls if call.action in wanted]
        if asked and bool(row.get(toggle.field)) is not asked[-1]:
            raise TaskFailed(
                f"the server took the request, and shows {toggle.field} as {str(row.get(toggle.field)).lower()} still",
                "Look at the object in the console; nothing that builds on this state may be done.",
                service=self.service.SERVICE,
                request=f"POST {self.resource.at(str(row.get('id', '')))}/{plan.calls[-1].action}",
            )

    def _create(self, plan: ResourcePlan, desired: Desired) -> Row:
        request = f"POST {self.resource.path}"
        try:
            answer = self.service.call("POST", self.resource.path, plan.body)
            with started(LOOKS_FIRST):
                row = self._settled(answer, request)
        except UnknownOutcome:
            # Its answer was lost. Sending it again could make a second one, so look whether it is there.
            with started():
                row = self.find(desired)
            if row is None:
                raise
            return row
        with started(LOOKS_FIRST):
            if row is None or not has(row, self._places(desired.key)):
                row = self.find(desired)
            else:
                self.made_id = str(row["id"])
            if row is None:
                raise TaskFailed(
                    f"the session ended well, but there is no {self.resource.what} {quoted(plan.label)}",
                    service=self.service.SERVICE,
                    request=request,
                )
            return row

    def remove(self, row_id: str, row: Row | None = None, still_there: Callable[[], None] = nothing) -> None:
        """Delete and wait until it is really gone: a managed server stays listed for a while (facts/vbr.md 3.5).

        `row` is the object as it was; `still_there` is called each time that it is not gone. Raises AwaitsApproval if
        the server waits for a second person with it.
        """
        path = self.resource.at(row_id)

        def gone() -> bool:
            try:
                self.service.call("GET", path)
            except NotFound:
                return True
            still_there()
            return False

        def late(_gone: bool | None) -> TimedOut:
            complaint = f"{self.resource.what} {row_id} is still listed"
            return TimedOut(complaint, service=self.service.SERVICE, request=f"GET {path}")

        answer = self.service.call("DELETE", path)
        with started(LOOKS_FIRST):
            if answer is not None:
                self._settled(answer, f"DELETE {path}")
            if row and not gone():
                approval.refuse_undone(self.service, self.resource.path, self.resource.what, row)
            poll(gone, bool, self.service.clock, self.timeout, late)

    def _settled(self, answer: Any, request: str) -> Row | None:
        """The object in an answer; for a session, None after it has ended well.

        Raises TaskFailed if it did not, and UnknownOutcome for an answer that is neither.
        """
        if not is_session(answer):
            if answer is not None and (not isinstance(answer, dict) or SESSION_MARK in answer):
                complaint = "the answer is neither an object nor a session"
                raise UnknownOutcome(complaint, LOOKS_FIRST, service=self.service.SERVICE, request=request)
            return answer if isinstance(answer, dict) and isinstance(answer.get("id"), str) else None
        self.session = followed(self.service, answer, self.timeout, self.resource.what)
        return None


def _identified(row_id: str) -> Fits:
    """The check whether an object is the one with this id, and has a name that can be compared."""
    is_it, fits = asked_for(row_id), shaped(IDENTIFIED)
    return lambda value: fits(value) and is_it(value)


@contextmanager
def _advised(begins: bool, kind: type[RestError] = RestError) -> Iterator[None]:
    """Inside, a failure says what another run of the task does: it looks first, but what `begins` work begins it anew.

    Work has not been begun yet by a failure of another `kind`.
    """
    if not begins:
        with started(LOOKS_FIRST, changed=False):
            yield
        return
    try:
        yield
    except kind as failure:
        if not isinstance(failure, TaskFailed):
            failure.hint = STARTS_ANOTHER
        raise


def followed(service: Vbr, session: Mapping[str, Any], timeout: float, what: str) -> Row:
    """A session at its end. Raises TaskFailed if it did not end well, TimedOut."""
    place = AUTOMATION_SESSIONS if session["sessionType"] == "Automation" else SESSIONS
    with started(LOOKS_FIRST, session_id=str(session["id"])):
        ended = service.settle(f"{place}/{quote(str(session['id']), safe='')}", timeout)
    result = ended.get("result")
    result = result if isinstance(result, Mapping) else {}
    if result.get("result") == "Failed" or ended_badly(ended.get("state")):
        said = service.http.secrets.line(str(result.get("message") or "")) or "no reason given"
        raise TaskFailed(f"session {ended['id']} failed: {said}", service=service.SERVICE, request=what, session=ended)
    return ended


def _name_in(row: Row, places: Iterable[Steps]) -> str:
    return " ".join(str(value_at(row, place)) for place in places)
