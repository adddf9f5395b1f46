"""Asks the window of a title to close, as a window manager does.

Usage: close.py TITLE
"""

import sys

from Xlib import X, display
from Xlib.protocol import event


def windows(window):
    yield window
    for child in window.query_tree().children:
        yield from windows(child)


def main() -> int:
    screen = display.Display()
    delete = screen.intern_atom("WM_DELETE_WINDOW")
    protocols = screen.intern_atom("WM_PROTOCOLS")
    for window in windows(screen.screen().root):
        if window.get_wm_name() != sys.argv[1] or not window.get_wm_protocols():
            continue
        message = event.ClientMessage(window=window, client_type=protocols, data=(32, [delete, X.CurrentTime, 0, 0, 0]))
        window.send_event(message)
        screen.sync()
        return 0
    print(f"no window is called {sys.argv[1]}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
