"""Drags files onto the window of a title and lets go of them, as a file manager does (XDND, version 5).

Usage: drag.py TITLE FILE...
"""

import pathlib
import sys
import time

from Xlib import X, Xatom, display
from Xlib.protocol import event

VERSION = 5
# How long the window may take for each of its answers, in seconds.
PATIENCE = 10


def windows(window):
    yield window
    for child in window.query_tree().children:
        yield from windows(child)


class Drag:
    def __init__(self, title, files):
        self.screen = display.Display()
        self.files = files
        self.root = self.screen.screen().root
        self.source = self.root.create_window(0, 0, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask)
        self.selection = self.atom("XdndSelection")
        self.uris = self.atom("text/uri-list")
        aware = self.atom("XdndAware")
        named = [w for w in windows(self.root) if w.get_wm_name() == title and w.get_full_property(aware, X.AnyPropertyType)]
        if not named:
            raise SystemExit(f"no window is called {title} and takes drops")
        self.target = named[0]

    def atom(self, name):
        return self.screen.intern_atom(name)

    def say(self, name, data):
        message = event.ClientMessage(window=self.target, client_type=self.atom(name), data=(32, data))
        self.target.send_event(message)
        self.screen.flush()

    def middle(self):
        size = self.target.get_geometry()
        at = self.root.translate_coords(self.target, size.width // 2, size.height // 2)
        return at.x, at.y

    def heard(self, name):
        """The next message of this name; gives the files to who asks for them meanwhile."""
        wanted, end = self.atom(name), time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if not self.screen.pending_events():
                time.sleep(0.005)
                continue
            got = self.screen.next_event()
            if got.type == X.SelectionRequest:
                self.give(got)
            elif got.type == X.ClientMessage and got.client_type == wanted:
                return got.data[1]
        raise SystemExit(f"the window did not answer with {name}")

    def give(self, asked):
        place = asked.property or asked.target
        if asked.target == self.atom("TARGETS"):
            asked.requestor.change_property(place, Xatom.ATOM, 32, [self.atom("TARGETS"), self.uris])
        elif asked.target == self.uris:
            text = "".join(f"{path.resolve().as_uri()}\r\n" for path in self.files)
            asked.requestor.change_property(place, self.uris, 8, text.encode())
        else:
            place = X.NONE
        answer = event.SelectionNotify(
            time=asked.time, requestor=asked.requestor, selection=asked.selection, target=asked.target, property=place
        )
        asked.requestor.send_event(answer)
        self.screen.flush()

    def move(self):
        x, y = self.middle()
        copy = self.atom("XdndActionCopy")
        self.say("XdndPosition", [self.source.id, 0, x << 16 | y, X.CurrentTime, copy])
        return self.heard("XdndStatus")[1] & 1

    def run(self):
        self.source.set_selection_owner(self.selection, X.CurrentTime)
        self.say("XdndEnter", [self.source.id, VERSION << 24, self.uris, 0, 0])
        end = time.monotonic() + PATIENCE
        # The page decides, and that takes it some moves.
        while not self.move():
            if time.monotonic() > end:
                self.say("XdndLeave", [self.source.id, 0, 0, 0, 0])
                raise SystemExit("the window takes none of it")
            time.sleep(0.05)
        self.say("XdndDrop", [self.source.id, 0, X.CurrentTime, 0, 0])
        finished = self.heard("XdndFinished")
        return 0 if finished[1] & 1 else 1


if __name__ == "__main__":
    sys.exit(Drag(sys.argv[1], [pathlib.Path(name) for name in sys.argv[2:]]).run())
