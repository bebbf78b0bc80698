# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the two servers themselves: who they are, who asks, what they are doing, and their licences. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ..._core.compare import fold
from ..._core.errors import quoted
from ..._core.failures import listed
from ..._core.times import format_duration, moment_of
from ..migration.findings import Finding
from ..migration.kinds import ENCRYPTION_PASSWORDS, MANAGED_SERVERS, REPOSITORIES
from .codes import Judge, finding
from .facts import FORBIDDEN, IDENTITY, Move, Row, ServerFacts

# A clock that is wrong by more than this is reported: certificates and tokens forgive as much.
CLOCK_SECONDS = 300
CONFIG_BACKUP_AGE = timedelta(days=7)
LICENSE_NOTICE = timedelta(days=30)
VALID = "Valid"
EDITIONS = ("Community", "Standard", "Enterprise", "EnterprisePlus")
# What uses a licence and is in no list that a call could carry (ELicensePlatformType of 1.3-rev2).
_NOT_MOVED_WORKLOADS = """
File2TapeShare File2TapeServer Amazon2Tape Azure2Tape S3Compatible2Tape NdmpNetApp2Tape MongoDB NutanixAhv Kvm
Proxmox UnixServer MacWorkstation MacServer CloudBackup CloudBackupWorkstation CloudBackupServer CloudReplica
Application AwsEc2 AwsRds AwsEfs AwsRdsCluster AwsDynamoDb AwsFsx AwsRedshift AwsRedshiftServerless AzureVm AzureSql
AzureFileShare AzureCosmosDb GcpVm GcpSql GcpSpanner OracleSolaris IbmAix UniversalCdpWindows UniversalCdpLinux
AbrBackup Scp XcpNg XenServer HpeVme
"""
NOT_MOVED_WORKLOADS = frozenset(_NOT_MOVED_WORKLOADS.split())
FOUR_EYES, ENABLED, DISABLED, PENDING = "four-eyes", "enabled", "disabled", "Pending"
ADMINISTRATOR = "backup administrator"


def same_server(move: Move) -> Iterator[Finding]:
    """The source is the server that was asked, or the one that the bundle came from."""
    source, target = move.source.identity if move.source else move.origin, move.target
    if target and source.vbr_id and fold(source.vbr_id) == fold(target.identity.vbr_id):
        yield finding("same-server", f"both are {target.name}, vbrId {source.vbr_id}.")


def no_common_revision(move: Move) -> Iterator[Finding]:
    served = [set(server.served) for server in move.servers if server.served]
    if len(served) > 1 and not set.intersection(*served):
        said = (f"{server.name} serves {', '.join(server.served)}" for server in move.servers)
        yield finding("no-common-revision", f"{'; '.join(said)}.")


def accounts_of_the_servers(move: Move) -> Iterator[Finding]:
    for server in move.servers:
        account = f"{quoted(server.username)} on {server.name}"
        mine = [row for row in server.rows("users") if fold(row.get("name")) == fold(server.username)]
        roles = [str(role.get("name")) for row in mine for role in row.get("roles") or []]
        refused = [one.what for one in server.unread if one.why == FORBIDDEN]
        if refused and (IDENTITY in refused or any("export" in what for what in refused)):
            yield finding("not-administrator", f"{account} may not ask for {listed(refused)}.")
        elif roles and not any(ADMINISTRATOR in role.lower() for role in roles):
            yield finding("not-administrator", f"{account} has the role {', '.join(roles)}.")
        if server.says("security").get("mfaEnabled") and mine and not any(row.get("isServiceAccount") for row in mine):
            yield finding("mfa-on", f"{account} is no service account, and a second factor is asked for.")


def four_eyes(move: Move) -> Iterator[Finding]:
    for server in move.servers:
        events = sorted(server.rows("events"), key=lambda row: moment_of(row.get("creationTime")) or move.now)
        said = [str(row.get("name")).lower() for row in events if FOUR_EYES in str(row.get("name")).lower()]
        states = [ENABLED in name for name in said if ENABLED in name or DISABLED in name]
        pending = [row for row in events if row.get("state") == PENDING]
        if pending or (states and states[-1]):
            yield finding("four-eyes-on", f"{server.name} has four-eyes authorization switched on.")
        for row in pending:
            what = row.get("description") or row.get("name")
            yield finding("approval-pending", f"{server.name}: {quoted(str(what))} waits for an approval.")


def clocks(move: Move) -> Iterator[Finding]:
    """Each with the one here, and if both are near enough, with one another."""
    known = [(server, server.ahead) for server in move.servers if server.ahead is not None]
    wrong = [(server, ahead) for server, ahead in known if abs(ahead) > CLOCK_SECONDS]
    for server, ahead in wrong:
        yield finding("clock-differs", f"the clock of {server.name} is {_ahead(ahead)} the one here.")
    if not wrong and len(known) > 1:
        (one, its), (other, others) = known
        if abs(its - others) > CLOCK_SECONDS:
            yield finding("clock-differs", f"the clock of {one.name} is {_ahead(its - others)} that of {other.name}.")


def _ahead(seconds: float) -> str:
    return f"{format_duration(abs(seconds))} {'ahead of' if seconds > 0 else 'behind'}"


def clusters(move: Move) -> Iterator[Finding]:
    for server in move.servers:
        if server.says("cluster"):
            name = quoted(str(server.says("cluster").get("name")))
            yield finding("high-availability-cluster", f"{server.name} is part of the cluster {name}.")


def managed_by_another(move: Move) -> Iterator[Finding]:
    for server, other in ((move.source, move.target), (move.target, move.source)):
        for host in server.rows("hosts") if server and other else ():
            if other and other.is_itself(host.get("name")):
                name = str(host.get("name"))
                said = f"{server.name if server else ''} manages {quoted(name)}, which is the other server."
                yield finding("backup-server-managed", said, MANAGED_SERVERS.name, name)


def configuration_backup(move: Move) -> Iterator[Finding]:
    settings = move.source.says("config_backup") if move.source else {}
    if not move.source or not settings:
        return
    last = moment_of((settings.get("lastSuccessfulBackup") or {}).get("lastSuccessfulTime"))
    if last is None:
        yield finding("config-backup-old", f"the configuration of {move.source.name} has never been backed up.")
    elif move.now - last > CONFIG_BACKUP_AGE:
        age = format_duration((move.now - last).total_seconds())
        yield finding("config-backup-old", f"the last backup of the configuration of {move.source.name} is {age} old.")
    if not (settings.get("encryption") or {}).get("isEnabled"):
        yield finding("config-backup-plain", f"the configuration backup of {move.source.name} is not encrypted.")
    place = str(settings.get("backupRepositoryId"))
    names = [str(row.get("name")) for row in move.source.rows("repository_states") if row.get("id") == place]
    moved = {fold(record.get("name")) for record in move.moved(REPOSITORIES.name)}
    for name in names:
        if fold(name) in moved:
            yield finding("config-backup-moves", "the configuration backup is kept in it.", REPOSITORIES.name, name)


def wrong_passwords(move: Move) -> Iterator[Finding]:
    kind = ENCRYPTION_PASSWORDS
    hints = {kind.key(record): record.get("hint") for record in move.moved(kind.name)}
    for key, right in (move.source.passwords if move.source else {}).items():
        if not right:
            hint = f" It is the one with the hint {quoted(hints[key])}." if hints.get(key) else ""
            said = f"the server says that it is another one.{hint}"
            yield finding("encryption-password-wrong", said, ENCRYPTION_PASSWORDS.name, key)


# -- licences ----------------------------------------------------------------------------------------------------------


def licence_of_the_target(move: Move) -> Iterator[Finding]:
    licence = move.target.says("license") if move.target else {}
    if not move.target or not licence:
        return
    if licence.get("status") != VALID:
        yield finding("license-not-valid", f"the licence of {move.target.name} is {licence.get('status')}.")
    until = moment_of(licence.get("expirationDate") or _summary(licence, "instance").get("expirationDate"))
    if licence.get("status") == VALID and until and until - move.now < LICENSE_NOTICE:
        yield finding("license-expires", f"the licence of {move.target.name} ends on {until:%Y-%m-%d}.")


def licences_compared(move: Move) -> Iterator[Finding]:
    if not move.source or not move.target:
        return
    mine, other = move.source.says("license"), move.target.says("license")
    if not mine or not other:
        return
    ranks = [EDITIONS.index(edition) for edition in (mine.get("edition"), other.get("edition")) if edition in EDITIONS]
    if len(ranks) > 1 and ranks[1] < ranks[0]:
        said = f"{move.source.name} has {mine.get('edition')}, {move.target.name} {other.get('edition')}."
        yield finding("license-edition", said)
    for unit in ("instance", "socket"):
        needed = _number(mine, unit, "used")
        free = _number(other, unit, "licensed") - _number(other, unit, "used")
        if needed > free:
            said = f"{needed:g} {unit}s are used on {move.source.name}, and {free:g} are free on {move.target.name}."
            yield finding("license-too-small", said)


def workloads_not_moved(move: Move) -> Iterator[Finding]:
    if not move.source:
        return
    found: dict[str, list[str]] = {}
    for row in _summary(move.source.says("license"), "instance").get("workload") or []:
        if row.get("platformType") in NOT_MOVED_WORKLOADS:
            found.setdefault(str(row["platformType"]), []).append(str(row.get("name")))
    for platform, names in found.items():
        yield finding("workload-not-moved", f"{platform}: {listed(names)}.", cause=platform)


def _summary(licence: Row, unit: str) -> Row:
    return licence.get(f"{unit}LicenseSummary") or {}


def _number(licence: Row, unit: str, which: str) -> float:
    return float(_summary(licence, unit).get(f"{which}{unit.title()}sNumber") or 0)


# -- what could not be checked -----------------------------------------------------------------------------------------


def not_checked(move: Move) -> Iterator[Finding]:
    """One for each reason: what could not be read, of which server, and why."""
    for server in move.servers:
        by_reason: dict[str, list[str]] = {}
        for one in server.unread:
            by_reason.setdefault(one.why, []).append(one.what)
        for why, what in by_reason.items():
            yield finding("not-checked", f"not looked at on {_called(server)}: {', '.join(what)} ({why.rstrip('.')}).")


def _called(server: ServerFacts) -> str:
    return f"the {server.side}, {server.name}"


RULES: tuple[Judge, ...] = (
    same_server,
    no_common_revision,
    accounts_of_the_servers,
    four_eyes,
    clocks,
    clusters,
    managed_by_another,
    configuration_backup,
    wrong_passwords,
    licence_of_the_target,
    licences_compared,
    workloads_not_moved,
    not_checked,
)
