"""The ten ways of checking. A rule of one of them is YAML alone; each is one statement over all homes at once."""

from compliance.kinds.due import DeadlineAfterEvent, Notice, RequiredRecord
from compliance.kinds.expiry import Expiry
from compliance.kinds.limit import Limit
from compliance.kinds.parameters import Kind
from compliance.kinds.placement import Placement
from compliance.kinds.prohibited import Prohibited
from compliance.kinds.ratio import MinRatio
from compliance.kinds.recurring import Recurring
from compliance.kinds.retention import Retention

KINDS: dict[str, type[Kind]] = {
    kind.name: kind
    for kind in (
        DeadlineAfterEvent,
        Recurring,
        MinRatio,
        Limit,
        Prohibited,
        RequiredRecord,
        Expiry,
        Placement,
        Notice,
        Retention,
    )
}
