"""A Hotdesk plugin in Python: speaks the runner's protocol (../PROTOCOL.md) over the control socket.

    import hotdesk_runner as hotdesk

    class Masker(hotdesk.Plugin):
        def inspect(self, message):
            return hotdesk.rewrite(message.text.replace("secret", "******"))

    hotdesk.run(Masker)

One process holds one instance for one tenant. Methods run on the main thread, one at a time, so answer soon: while calls
wait, a process that answers nothing for two seconds is killed. The sandbox lets a script read files, its own library
mostly, and nothing else: no network, no programs, no writing. Python 3.9 or later, the standard library alone.
"""
import json
import socket
import struct
import sys

PROTOCOL = 1
OK, PENDING, SKIP = 0, 1, 2
E_INVALID, E_UNSUPPORTED, E_DENIED, E_TIMEOUT, E_BUDGET, E_OVERLOAD, E_STATE, E_GONE, E_INTERNAL, E_CRASHED = range(-1, -11, -1)
PASS, REWRITE, BLOCK = 0, 1, 2
ROUTE_AGENT, ROUTE_QUEUE, ROUTE_BOT, ROUTE_DEPARTMENT = 0, 1, 2, 3
ANSWERED, HUMAN = 0, 1
NOBODY = bytes(16)

_PING, _PONG, _BYE = 1, 2, 3
_HELLO, _LOAD, _ASK, _CANCEL, _EXPORT, _IMPORT, _CHECK, _RESULT = 16, 17, 18, 19, 20, 21, 22, 23
_READY, _LOADED, _FAILED, _ANSWER, _CHUNK, _STATE, _IMPORTED, _CHECKED = 32, 33, 34, 35, 37, 38, 39, 40
_LOG, _COUNT, _GAUGE = 48, 49, 50
_KV_GET, _KV_SET, _KV_ERASE, _KV_LIST = 64, 65, 66, 67


class ConfigError(Exception):
    """Raise it in __init__: which setting is wrong (a JSON pointer) and why, shown to the admin."""

    def __init__(self, where, text):
        super().__init__(text)
        self.where = where


class _Reader:
    def __init__(self, payload):
        self.rest = memoryview(payload)

    def _take(self, size):
        if not self.rest:
            return bytes(size)  # of a peer that does not send this field yet
        if len(self.rest) < size:
            raise ValueError("a field is cut")
        taken, self.rest = self.rest[:size], self.rest[size:]
        return bytes(taken)

    def _number(self, form):
        return struct.unpack("<" + form, self._take(struct.calcsize(form)))[0]

    def u8(self): return self._number("B")
    def u32(self): return self._number("I")
    def i32(self): return self._number("i")
    def u64(self): return self._number("Q")
    def i64(self): return self._number("q")
    def f64(self): return self._number("d")
    def bytes(self): return self._take(self.u32())
    def text(self): return self.bytes().decode("utf-8")
    def uuid(self): return self._take(16)
    def many(self, one): return [one() for _ in range(self.u32())]


class _Writer:
    def __init__(self): self.parts = []
    def _add(self, form, value): self.parts.append(struct.pack("<" + form, value)); return self
    def u8(self, v): return self._add("B", v)
    def u32(self, v): return self._add("I", v)
    def i32(self, v): return self._add("i", v)
    def u64(self, v): return self._add("Q", v)
    def f64(self, v): return self._add("d", v)
    def uuid(self, v): self.parts.append(bytes(v)); return self

    def text(self, v):
        raw = v.encode("utf-8") if isinstance(v, str) else bytes(v)
        self.u32(len(raw))
        self.parts.append(raw)
        return self


class _Fields:
    """What was asked, as attributes."""

    def __init__(self, **fields): self.__dict__.update(fields)
    def __repr__(self): return repr(self.__dict__)


def _message(r):
    return _Fields(role=r.i32(), direction=r.i32(), kind=r.i32(), flags=r.u32(), conversation=r.uuid(), visitor=r.uuid(),
                   text=r.text(), language=r.text(), file_hash=r.text(), file_type=r.text(), file_bytes=r.u64())


def _attributes(r): return dict(r.many(lambda: (r.text(), r.text())))


def _agent(r):
    return _Fields(id=r.uuid(), name=r.text(), username=r.text(), open=r.u32(), capacity=r.u32(), last_assigned_at=r.i64(),
                   departments=r.many(r.uuid))


def _request(r):
    return _Fields(conversation=r.uuid(), visitor=r.uuid(), department=r.uuid(), last_agent=r.uuid(), priority=r.i32(),
                   waiting_since=r.i64(), now=r.i64(), labels=r.many(r.text), available=r.many(lambda: _agent(r)),
                   channel=r.text(), language=r.text(), attributes=_attributes(r),
                   departments=r.many(lambda: _Fields(id=r.uuid(), name=r.text())))


def _turn(r):
    return _Fields(conversation=r.uuid(), visitor=r.uuid(), seq=r.i64(), text=r.text(), language=r.text())


def _gray(r):
    return _Fields(component=r.text(), stable=r.text(), candidate=r.text(), percent=r.u32(), visitor=r.uuid(),
                   attributes=_attributes(r), now=r.i64())


def _event(r):
    return _Fields(type=r.i32(), conversation=r.uuid(), visitor=r.uuid(), agent=r.uuid(), at=r.i64(), score=r.i32())


def skip(): return None
def passed(): return _Writer().i32(PASS)
def rewrite(text, reason=""): return _Writer().i32(REWRITE).text(text).text(reason)
def block(reason): return _Writer().i32(BLOCK).text("").text(reason)


def route(target, agent=NOBODY, department=NOBODY, reason="", again_ms=0):
    return _Writer().i32(target).uuid(agent).uuid(department).text(reason).u32(again_ms)


def answered(confidence=-1.0): return _Writer().i32(ANSWERED).text("").f64(confidence).u32(0)
def human(reason): return _Writer().i32(HUMAN).text(reason).f64(-1.0).u32(0)
def bucket(number): return _Writer().u32(number)
def noted(): return _Writer()


class Plugin:
    """Override the methods of the extensions that the manifest provides. Each answers with what one of the functions above
    made, or skip(). What is raised becomes HOTDESK_E_INTERNAL."""

    def __init__(self, host): self.host = host
    def inspect(self, message): return skip()
    def route(self, request): return skip()
    def reply(self, turn, chunk): return skip()
    def assign(self, request): return skip()
    def on_event(self, event): return skip()
    def check(self, level): return OK
    def export_state(self, schema): raise NotImplementedError
    def import_state(self, schema, state, dry_run): raise NotImplementedError


class Host:
    """The host's services. `config` is the tenant's configuration; keys need the permission "kv"."""

    def __init__(self, connection):
        self._connection = connection
        self.config = {}

    def log(self, level, line): self._connection.send(_LOG, 0, _Writer().i32(level).text(line[:4096]))
    def info(self, line): self.log(1, line)
    def warn(self, line): self.log(2, line)
    def count(self, name, by=1.0): self._connection.send(_COUNT, 0, _Writer().text(name).f64(by))
    def gauge(self, name, value): self._connection.send(_GAUGE, 0, _Writer().text(name).f64(value))

    def get(self, key):
        """The value, or None."""
        r = self._connection.request(_KV_GET, _Writer().text(key))
        return r.bytes() if r.i32() == OK else None

    def set(self, key, value): return self._connection.request(_KV_SET, _Writer().text(key).text(value)).i32()
    def erase(self, key): return self._connection.request(_KV_ERASE, _Writer().text(key)).i32()

    def keys(self, prefix=""):
        r = self._connection.request(_KV_LIST, _Writer().text(prefix))
        return r.many(r.text) if r.i32() == OK else []


class _Connection:
    def __init__(self, sock):
        self.sock = sock
        self.buffer = bytearray()
        self.later = []  # frames that came while an answer was waited for
        self.last = 0

    def send(self, kind, call, fields=None):
        payload = b"".join(fields.parts) if fields else b""
        self.sock.sendall(struct.pack("<IHHQ", len(payload), kind, 0, call) + payload)

    def _receive(self):
        while True:
            if len(self.buffer) >= 16:
                size, kind, _flags, call = struct.unpack_from("<IHHQ", self.buffer)
                if len(self.buffer) >= 16 + size:
                    payload = bytes(self.buffer[16:16 + size])
                    del self.buffer[:16 + size]
                    return kind, call, payload
            some = self.sock.recv(65536)
            if not some:
                sys.exit(0)  # the host is gone
            self.buffer += some

    def next(self): return self.later.pop(0) if self.later else self._receive()

    def request(self, kind, fields):
        self.last += 1
        number = self.last
        self.send(kind, number, fields)
        while True:
            frame = self._receive()
            if frame[0] == _RESULT and frame[1] == number:
                return _Reader(frame[2])
            self.later.append(frame)


def _ask(connection, plugin, call, r):
    r.u32(), r.i64(), r.u8(), r.uuid(), r.uuid()  # time left, seq, shadow, conversation, visitor
    method = r.u8()
    try:
        if method == 0:
            answer = plugin.inspect(_message(r))
        elif method == 1:
            answer = plugin.route(_request(r))
        elif method == 2:
            answer = plugin.reply(_turn(r), lambda text: connection.send(_CHUNK, call, _Writer().text(text)))
        elif method == 3:
            answer = plugin.assign(_gray(r))
        else:
            answer = plugin.on_event(_event(r))
        out = _Writer().i32(SKIP if answer is None else OK).text("").text("")
        if answer is not None:
            out.parts += answer.parts
    except Exception as error:  # the edge: nothing raised leaves a plugin
        out = _Writer().i32(E_INTERNAL).text("").text(f"{type(error).__name__}: {error}"[:300])
    connection.send(_ANSWER, call, out)


def run(plugin_class, sock=None):
    """Serves until the host says goodbye. `sock` is for tests."""
    connection = _Connection(sock or socket.socket(fileno=3))
    host = Host(connection)
    plugin = None
    while True:
        kind, call, payload = connection.next()
        r = _Reader(payload)
        if kind == _HELLO:
            connection.send(_READY, 0, _Writer().u32(PROTOCOL).u32(0).text("seccomp filter, files can be read"))
        elif kind == _LOAD:
            r.text(), r.text(), r.text(), r.text(), r.uuid()  # id, version, build id, file's hash, tenant
            host.config = json.loads(r.text() or "{}")
            try:
                plugin = plugin_class(host)
            except ConfigError as error:
                connection.send(_FAILED, call, _Writer().u8(0).text(str(error)).text(error.where))
                return
            except Exception as error:
                connection.send(_FAILED, call, _Writer().u8(1).text(f"{type(error).__name__}: {error}"[:1000]).text(""))
                return
            connection.send(_LOADED, call)
        elif kind == _ASK:
            _ask(connection, plugin, call, r)
        elif kind == _PING:
            connection.send(_PONG, call)
        elif kind == _CHECK:
            connection.send(_CHECKED, call, _Writer().i32(plugin.check(r.i32())))
        elif kind == _EXPORT:
            try:
                connection.send(_STATE, call, _Writer().i32(OK).text("").text(plugin.export_state(r.u32())))
            except Exception as error:
                connection.send(_STATE, call, _Writer().i32(E_UNSUPPORTED).text(str(error)[:300]).text(b""))
        elif kind == _IMPORT:
            try:
                schema, dry_run = r.u32(), r.u8() != 0
                plugin.import_state(schema, r.bytes(), dry_run)
                connection.send(_IMPORTED, call, _Writer().i32(OK).text(""))
            except Exception as error:
                connection.send(_IMPORTED, call, _Writer().i32(E_INVALID).text(str(error)[:300]))
        elif kind == _BYE:
            return
        # _CANCEL: calls are answered before the next frame is read, so there is nothing to stop.
