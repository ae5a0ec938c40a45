"""Masks the words of the tenant's configuration: {"words": ["secret"]}."""
import re

import hotdesk_runner as hotdesk


class Masker(hotdesk.Plugin):
    def __init__(self, host):
        super().__init__(host)
        words = host.config.get("words", ["secret"])
        for place, word in enumerate(words):
            if not word:
                raise hotdesk.ConfigError(f"/words/{place}", "an empty word")
        self.words = re.compile("|".join(map(re.escape, words)), re.IGNORECASE) if words else None
        host.info(f"masks {len(words)} words")

    def inspect(self, message):
        if self.words is None:
            return hotdesk.skip()
        text, count = self.words.subn(lambda hit: "*" * len(hit.group()), message.text)
        if count == 0:
            return hotdesk.passed()
        self.host.count("masked", count)
        return hotdesk.rewrite(text, f"{count} words")


hotdesk.run(Masker)
