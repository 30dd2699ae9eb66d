"""The governance file to start from."""

from __future__ import annotations

import json

TEMPLATE = """\
# Who decides on our AI systems, and by which rules.
# Change this file as you change code: in a branch, reviewed. Check it with `rw governance check`.
schema: roadworthy/governance/v1
organisation: {organisation}

# Everybody, and every service, that acts. Records name people by `id` alone; `aliases` are the account names and
# commit addresses by which they are known, and stay in this file. Make a key with `rw key create FILE`, or use the
# line of an SSH key. Roles: ai_owner, developer, evaluator, red_teamer, risk_reviewer, legal, privacy, security,
# release_manager, board_member, incident_commander, vendor_manager; auditor (reads only), admin (approves nothing).
people:
  - id: {person}
    roles: [developer]
    aliases: [{alias}]
  # - id: ada
  #   roles: [release_manager]
  #   aliases: [ada@example.org]
  #   keys:
  #     - id: ada-2026
  #       public: ssh-ed25519 AAAA… ada@laptop      # or a PEM public key, over several lines with `|`
  #       valid_from: "2026-01-01T00:00:00Z"
  #       valid_until: "2027-01-01T00:00:00Z"
  #       # revoked_at: "2026-06-01T00:00:00Z"
  #       # revoked_because: superseded            # superseded, left or compromised
  # - id: audra                                 # an outside auditor: what they attest is independent evidence
  #   independent: true
  #   roles: [auditor]
  # - id: ci
  #   kind: service                               # human, service or agent; only people consent

# Whose consent is needed for what, in which tiers. Without a rule nobody is asked for a release, and nobody can
# approve an exception. Kinds: release, exception, risk_acceptance, build, classification, policy_change,
# reinstatement.
consent: []
#  - kind: release
#    tiers: [high, critical]
#    quorum:
#      - {{role: release_manager}}
#      - {{role: legal}}
#    people: 2                                    # different people at least
#    valid_days: 30                               # how long an approval holds at most
#    remind_after_days: 3
#    escalate_after_days: 7
#    reject_after_days: 30                        # unanswered requests are rejected, never approved
#  - kind: exception
#    tiers: [minimal, limited, high, critical]
#    quorum: [{{role: risk_reviewer}}]

# Tiers in which people may approve what somebody wrote whom this file does not know. Elsewhere every author must
# stand under `people`, if only with aliases.
unknown_authors_allowed: [minimal, limited]

# Which duties one person may not have together. The first two always bind in every tier.
separation:
  - {{separation: requester_not_approver}}
  - {{separation: author_not_approver}}
  - {{separation: evidence_author_not_sole_approver}}
  - {{separation: exception_approver_not_release_approver, tiers: [high, critical, prohibited]}}

# How long an exception may last by tier, in days, and how often it may be renewed.
exceptions:
  max_days: {{minimal: 180, limited: 90, high: 30, critical: 14}}
  max_renewals: 2
  compensated_tiers: [high, critical]
  expiring_days: 14

# When people work: the clocks of reviews and findings stand still outside.
calendar:
  timezone: UTC
  weekend: [sat, sun]
  opens: "09:00"
  closes: "17:00"
"""


def governance_template(*, organisation: str, person: str, alias: str) -> str:
    """Return a governance file that reads as it stands and says in comments what else there is.

    Args:
        organisation: Whose it is.
        person: Id of the first person.
        alias: By which account they are known.
    """
    return TEMPLATE.format(organisation=json.dumps(organisation), person=json.dumps(person), alias=json.dumps(alias))
