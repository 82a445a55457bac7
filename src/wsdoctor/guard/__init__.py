"""The guard: from the first bytes of a connection to one decision, without I/O.

`Guard` holds what all connections of one listener share; `Opening` is the state machine of one of them.
A listener feeds it: `receive`, `tick`, `close`, each with the time, and does what is returned: `WAIT`, a
`Pass` (the connection and all its bytes belong to the server) or a `Reply` (send and end). An opening is
settled once; what is settled goes to `on_settled` as an `Attempt`. No exception leaves this package: if
anything goes wrong in it, the connection is passed on.
"""

from wsdoctor.guard.decisions import WAIT, Decision, Pass, Reply, Wait, Watch
from wsdoctor.guard.opening import Opening
from wsdoctor.guard.policy import Policy
from wsdoctor.guard.shared import Guard

__all__ = ["WAIT", "Decision", "Guard", "Opening", "Pass", "Policy", "Reply", "Wait", "Watch"]
