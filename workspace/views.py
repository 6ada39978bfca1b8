"""Modals and App Homes: what an app shows one person beside the messages."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

from workspace import blocks, identifiers, inputs
from workspace.errors import Refused, Unknown
from workspace.shapes import Json

STACK = 3
"""As many modals may lie on top of each other."""

DEFAULTS: Json = {"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": False}


@dataclass
class Views:
    """The stack of modals of each person, the topmost last, and each person's App Home."""

    team_id: str
    app_id: str
    bot_id: str
    tell: Callable[[str, str, Json], None]
    stacks: dict[str, list[Json]] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)

    def open(self, user: str, view: Json) -> Json:
        """Show a modal in place of any that is open."""
        self._check(view)
        opened = self._made(view)
        opened["root_view_id"] = opened["id"]
        self.stacks[user] = [opened]
        self._changed(user)
        return opened

    def push(self, user: str, view: Json) -> Json:
        """Lay a modal on top of the one that is open."""
        self._check(view)
        stack = self.stacks.get(user, [])
        if not stack:
            raise Refused("not_found")
        if len(stack) >= STACK:
            raise Refused("push_limit_reached")
        pushed = self._made(view) | {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        stack.append(pushed)
        self._changed(user)
        return pushed

    def update(self, view_id: str, view: Json, *, hash_seen: str | None = None) -> Json:
        """Change a modal that is open; raise Refused where somebody changed it since `hash_seen`."""
        blocks.check_view(view)
        user, position = self._place(view_id)
        current = self.stacks[user][position]
        if hash_seen and hash_seen != current["hash"]:
            raise Refused("hash_conflict")
        kept = {name: current[name] for name in ("id", "root_view_id", "previous_view_id")}
        updated = self._made(view) | kept
        updated["state"] = {"values": inputs.carried_over(updated["blocks"], current["state"]["values"])}
        self.stacks[user][position] = updated
        self._changed(user)
        return updated

    def publish(self, user: str, view: Json, *, hash_seen: str | None = None) -> Json:
        """Change somebody's App Home."""
        blocks.check_view(view, home=True)
        current = self.homes.get(user)
        if hash_seen and current and hash_seen != current["hash"]:
            raise Refused("hash_conflict")
        published = self._made(view) | ({"id": current["id"]} if current else {})
        published["root_view_id"] = published["id"]
        self.homes[user] = published
        self.tell("home", user, published)
        return published

    def close(self, user: str, *, all_of_them: bool = False) -> None:
        """Take away the topmost modal of somebody, or all of them."""
        stack = self.stacks.get(user, [])
        del stack[0 if all_of_them else -1 :]
        self._changed(user)

    def top(self, user: str) -> Json | None:
        """Return the modal that somebody sees."""
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def find(self, user: str, view_id: str) -> Json:
        """Return a modal or an App Home of somebody; raise Unknown where there is none under this id."""
        shown: list[Json] = [*self.stacks.get(user, ()), self.homes.get(user, {})]
        found = next((view for view in shown if view.get("id") == view_id), None)
        if found is not None:
            return found
        raise Unknown("view", view_id)

    def by_external_id(self, external_id: str) -> str:
        """Return the id of the open modal that the app named so; raise Refused where there is none."""
        for stack in self.stacks.values():
            for view in stack:
                if view["external_id"] == external_id:
                    return str(view["id"])
        raise Refused("not_found")

    def _place(self, view_id: str) -> tuple[str, int]:
        for user, stack in self.stacks.items():
            for position, view in enumerate(stack):
                if view["id"] == view_id:
                    return user, position
        raise Refused("not_found")

    def _check(self, view: Json) -> None:
        blocks.check_view(view)
        names = {open_view["external_id"] for stack in self.stacks.values() for open_view in stack}
        if view.get("external_id") and view["external_id"] in names:
            raise Refused("duplicate_external_id")

    def _made(self, view: Json) -> Json:
        made: Json = (
            {"title": None, "submit": None, "close": None, "notify_on_close": False} | DEFAULTS | copy.deepcopy(view)
        )
        made |= {
            "id": identifiers.new("V"),
            "team_id": self.team_id,
            "app_id": self.app_id,
            "app_installed_team_id": self.team_id,
            "bot_id": self.bot_id,
            "hash": f"{identifiers.secret(length=10)}",
            "previous_view_id": None,
            "root_view_id": None,
            "blocks": blocks.named(view["blocks"]),
        }
        made["state"] = {"values": inputs.initial(made["blocks"])}
        return made

    def _changed(self, user: str) -> None:
        self.tell("view", user, self.top(user) or {})
