"""Holds a file on the clipboard, as another program would, until it is told to end.

Usage: clipboard.py TYPE FILE

TYPE is what the file is offered as, for example image/png. Prints a line as soon as the clipboard is its own.
"""

import pathlib
import sys

from Xlib import X, Xatom, display
from Xlib.protocol import event


def main() -> int:
    kind, data = sys.argv[1], pathlib.Path(sys.argv[2]).read_bytes()
    screen = display.Display()
    atom = screen.intern_atom
    clipboard, targets, offered = atom("CLIPBOARD"), atom("TARGETS"), atom(kind)
    window = screen.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    window.set_selection_owner(clipboard, X.CurrentTime)
    if screen.get_selection_owner(clipboard) != window:
        print("the clipboard cannot be had", file=sys.stderr)
        return 1
    print("held", flush=True)
    while True:
        asked = screen.next_event()
        if asked.type == X.SelectionClear:
            return 0
        if asked.type != X.SelectionRequest:
            continue
        place = asked.property or asked.target
        if asked.target == targets:
            asked.requestor.change_property(place, Xatom.ATOM, 32, [targets, offered])
        elif asked.target == offered:
            asked.requestor.change_property(place, offered, 8, data)
        else:
            place = X.NONE
        answer = event.SelectionNotify(
            time=asked.time, requestor=asked.requestor, selection=asked.selection, target=asked.target, property=place
        )
        asked.requestor.send_event(answer)
        screen.flush()


if __name__ == "__main__":
    sys.exit(main())
