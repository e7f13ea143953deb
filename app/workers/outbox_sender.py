"""Takes mails out of the outbox and hands them to the relay, one at a time."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from app.domain.mail import Letter
from app.domain.mail_policy import Delivery
from app.services import outbox_sending, request_wishes
from app.smtp import CannotTalk, Conversation

log = logging.getLogger(__name__)


class Sender:
    """Sends what is due. Several may run at once: each mail is claimed by one of them.

    `connect` makes a conversation that is not opened yet; `clock` gives aware UTC. Mails whose
    purpose is in `hold` stay queued.
    """

    def __init__(
        self,
        connect: Callable[[], Conversation],
        *,
        timeout: timedelta,
        clock: Callable[[], datetime],
        hold: Collection[str] = (),
    ) -> None:
        self.connect, self.timeout, self.clock, self.hold = connect, timeout, clock, hold
        self._conversation: Conversation | None = None
        self._unsettled: tuple[Letter, Delivery] | None = None

    def step(self) -> bool:
        """Send one mail. False when there is none, or when the relay cannot be used now."""
        self._settle()  # what a fault of the database left
        self._tidy()
        letter = outbox_sending.claim(now=self.clock(), timeout=self.timeout, hold=self.hold)
        if letter is None:
            self.close()
            return False
        delivery = self._deliver(letter)
        self._unsettled = letter, delivery
        self._settle()
        return not delivery.dropped

    def close(self) -> None:
        """Hang up; the next mail connects anew."""
        conversation, self._conversation = self._conversation, None
        if conversation:
            conversation.close()

    def _tidy(self) -> None:
        now = self.clock()
        if outbox_sending.has_work(now=now):
            doubtful = outbox_sending.mark_doubtful(now=now)
            late = outbox_sending.expire_links(now=now)
            unwanted = request_wishes.cancel_unwanted(now=now)
            log.warning(
                "event=outbox_tidied doubtful=%d too_late=%d unwanted=%d", doubtful, late, unwanted
            )

    def _settle(self) -> None:
        """Once stored it is forgotten here; a fault of the database keeps it for the next step."""
        if self._unsettled:
            letter, delivery = self._unsettled
            state = outbox_sending.settle(letter, delivery, now=self.clock())
            self._unsettled = None
            why = f" why={delivery.problem!r}" if delivery.problem else ""
            log.info("event=mail_settled id=%d state=%s%s", letter.id, state or "taken over", why)

    def _deliver(self, letter: Letter) -> Delivery:
        """Over the connection that is open, and over a new one when that was closed meanwhile."""
        kept = self._conversation is not None
        delivery = self._try(letter)
        if kept and delivery.dropped and not delivery.doubtful:
            delivery = self._try(letter)
        return delivery

    def _try(self, letter: Letter) -> Delivery:
        try:
            if self._conversation is None:
                self._conversation = self.connect().open()
            delivery = self._conversation.deliver(letter)
        except CannotTalk as error:
            return Delivery(problem=str(error), dropped=True)
        if delivery.dropped:
            self._conversation = None
        return delivery
