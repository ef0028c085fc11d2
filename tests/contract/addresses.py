"""Addresses that mean one mailbox to everybody, and those that do not, for every place that takes one."""

from __future__ import annotations

PLAIN = [
    "victim@e.test",
    "o'brien+sel@exemple.test",
    "a.b-c_d@sous.exemple.test",
    "#$&'*+/=^_`{|}~-@e.test",
    "a?b=c@e.test",
    "=a=@e.test",
    "0@0.test",
    "a@xn--exempl-dva.test",
    f"{'l' * 64}@e.test",
    f"{'l' * 64}@{'d' * 63}.{'e' * 63}.{'f' * 56}.test",
]
# As it is typed, and as mail servers know it.
ACCENTED = {
    "marie@électricité.quebec": "marie@xn--lectricit-93aj.quebec",
    "Victim@Été.test": "victim@xn--t-9fab.test",
    "victim@e\u0301te\u0301.test": "victim@xn--t-9fab.test",
    "a@sous.québec.test": "a@sous.xn--qubec-csa.test",
}
REFUSED = [
    # Encoded words (RFC 2047), whole, cut, in full-width signs, and one that is broken.
    *("=?utf-8?q??=@e.test", "=?utf-8?q?vict=69m?=@e.test", "=?utf-8?b?dmljdGlt?=@e.test", "=?@e.test", "?=@e.test"),
    *("a=?utf-8?q?x?=b@e.test", "=?utf-8?q?x@e.test", "＝？utf-8？q？vict=69m？＝@e.test", "=?x?q?victim?=@e.test"),
    # Routes.
    *("victim%e.test@f.test", "e.test!victim@f.test", "@f.test:victim@e.test", "%@e.test"),
    # Quotes, comments, names, lists, groups.
    *(
        '"victim"@e.test',
        '"a b"@e.test',
        "victim(x)@e.test",
        "(x)victim@e.test",
        "V <victim@e.test>",
        "<victim@e.test>",
    ),
    *("victim@e.test,other@e.test", "victim@e.test;other@e.test", "a:victim@e.test;", "a\\b@e.test", "[a]@e.test"),
    # Lines and control characters.
    *("a@e.test\r\nBcc: victim@e.test", "a\n@e.test", "a@e\r.test", "a\0@e.test", "a\x1b@e.test", "a b@e.test"),
    # Not ASCII, though some of it looks like it.
    *(
        "maïka@e.test",
        "victim@straße.test",
        "victim@a\u200db.test",
        "vıctim@e.test",
        "victim\u0301@e.test",
        "victim@e.te\u200bst",
        "a\ud800@e.test",
    ),
    # Parts that are too long, empty, or no domain.
    *(
        f"{'l' * 65}@e.test",
        f"a@{'d' * 64}.test",
        f"a@{'d.' * 126}test",
        "@e.test",
        "a@",
        "a@e",
        "a@e.test.",
        "a@.test",
    ),
    *("a.@e.test", ".a@e.test", "a..b@e.test", "a@e..test", "a@-e.test", "a@e-.test", "a@[127.0.0.1]", "a@127.0.0.1"),
    *("a@e.1", "a@b@e.test", "", "@"),
]
