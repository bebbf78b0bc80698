# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of object that a whole server is made of, as the export and the import of one take them."""

from __future__ import annotations


class ModuleDocFragment:
    """The option O(kinds)."""

    DOCUMENTATION = r"""
options:
  kinds:
    description: The kinds to move. All that there are, if empty.
    type: list
    elements: str
    default: []
    choices:
      - credentials
      - cloudcredentials
      - encryptionPasswords
      - kmsServers
      - managedServers
      - adDomains
      - mountServers
      - repositories
      - proxies
      - wanAccelerators
      - scaleOutRepositories
      - repositoryPermissions
      - protectionGroups
      - unstructuredDataServers
      - entraTenants
      - jobs
      - otherWorkloads
      - recoveryTokens
      - vmExclusions
      - roles
      - users
      - jobPermissions
      - generalOptions
      - emailSettings
      - notifications
      - eventForwarding
      - storageLatency
      - trafficRules
      - malwareDetection
      - suspiciousFiles
      - securityAnalyzer
      - configurationBackup
      - datastoreLatencies
      - otherSettings
"""
