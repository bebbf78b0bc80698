# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of both exports of a Veeam Backup & Replication server, but for the kinds."""

from __future__ import annotations


class ModuleDocFragment:
    """What to export, and where to."""

    DOCUMENTATION = r"""
options:
  filters:
    description:
      - For each kind a dictionary of filters that the server applies.
      - V(ids), V(types) and V(names) are lists; names may contain C(*). Credentials also take V(showHiddenCreds);
        encryption passwords take V(ids), V(hints), V(tags) and V(modificationTimeFrom) instead.
    type: dict
  query:
    description:
      - A JMESPath expression that is applied to the collection of each kind and chooses a part of its records.
      - It must give whole records. Needs the Python library jmespath.
    type: str
  dest:
    description:
      - Directory of the bundle. It is made if it does not exist; an older bundle in it is replaced.
      - Without it, the collections are returned inline. Large estates belong into a directory.
    type: path
  for_server:
    description:
      - The server the bundle is meant for. If O(api_version) is V(auto), the newest revision that both servers serve is
        used.
      - Nobody signs in there; it is only asked which revisions it serves.
    type: dict
    suboptions:
      hostname:
        description: Its name or address.
        type: str
        required: true
      port:
        description: The port of its REST service.
        type: int
        default: 9419
      validate_certs:
        description: Whether its certificate is verified.
        type: bool
        default: true
      ca_path:
        description: File with the certificate authority to trust.
        type: path
"""
