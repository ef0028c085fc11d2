"""The names of the commands that the core or a face knows; a step's own commands are declared in its file.

The last four change nothing in the journey: a face that offers them carries them out itself.
"""

from typing import Final

SUBMIT: Final = "submit"
BACK: Final = "back"
QUIT: Final = "quit"
LOG_OUT: Final = "log_out"
STAY: Final = "stay"
CHECK_AGAIN: Final = "check_again"
RELOAD: Final = "reload"
SHOW_SECRETS: Final = "show_secrets"
STAFF: Final = "staff"
CHOOSE_METHOD: Final = "choose_method"
HAND_OFF: Final = "hand_off"
BEGIN: Final = "begin"

VOICE: Final = "voice"
LINE_FACE: Final = "line_face"
FULL_SCREEN: Final = "full_screen"
COPY_REFERENCE: Final = "copy_reference"
