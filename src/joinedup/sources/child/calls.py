"""Which system calls may the child no longer make? As a program for the kernel's own filter.

A list of what is refused, not of what is allowed: Python and Arrow make too many calls to list, and
these are all that reach another machine, another process, or a file that is not open yet. Calls
newer than the list do not exist for the child.
"""

import errno
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

REFUSED: Mapping[str, str] = {
    "reaching another machine or process": """
        socket:41:198 socketpair:53:199 connect:42:203 bind:49:200 listen:50:201 accept:43:202
        accept4:288:242 shmget:29:194 shmat:30:196 shmctl:31:195 semget:64:190 semop:65:193
        semctl:66:191 msgget:68:186 msgsnd:69:189 msgrcv:70:188 msgctl:71:187 mq_open:240:180
        mq_unlink:241:181 memfd_create:319:279 memfd_secret:447:447""",
    "making, changing or signalling a process": """
        fork:57: vfork:58: execve:59:221 execveat:322:281 ptrace:101:117 kill:62:129 tkill:200:130
        rt_sigqueueinfo:129:138 rt_tgsigqueueinfo:297:240 pidfd_open:434:434 pidfd_getfd:438:438
        pidfd_send_signal:424:424 process_vm_readv:310:270 process_vm_writev:311:271
        process_madvise:440:440 kcmp:312:272 setns:308:268 unshare:272:97 personality:135:92""",
    "changing a file or a folder": """
        creat:85: truncate:76:45 mkdir:83: mkdirat:258:34 rmdir:84: unlink:87: unlinkat:263:35
        rename:82: renameat:264:38 renameat2:316:276 link:86: linkat:265:37 symlink:88:
        symlinkat:266:36 mknod:133: mknodat:259:33 chmod:90: fchmod:91:52 fchmodat:268:53
        fchmodat2:452:452 chown:92: fchown:93:55 lchown:94: fchownat:260:54 utime:132: utimes:235:
        futimesat:261: utimensat:280:88 setxattr:188:5 lsetxattr:189:6 fsetxattr:190:7
        removexattr:197:14 lremovexattr:198:15 fremovexattr:199:16 name_to_handle_at:303:264
        open_by_handle_at:304:265""",
    "changing what is mounted": """
        mount:165:40 umount2:166:39 pivot_root:155:41 chroot:161:51 move_mount:429:429
        open_tree:428:428 fsopen:430:430 fsconfig:431:431 fsmount:432:432 fspick:433:433
        mount_setattr:442:442 swapon:167:224 swapoff:168:225 quotactl:179:60 quotactl_fd:443:443
        acct:163:89""",
    "reaching into the kernel, or past this filter": """
        io_uring_setup:425:425 io_uring_enter:426:426 io_uring_register:427:427 bpf:321:280
        perf_event_open:298:241 userfaultfd:323:282 keyctl:250:219 add_key:248:217
        request_key:249:218 init_module:175:105 finit_module:313:273 delete_module:176:106
        kexec_load:246:104 kexec_file_load:320:294 reboot:169:142 syslog:103:116 iopl:172:
        ioperm:173: modify_ldt:154:""",
}
"""Why, to each call with its number on x86-64 and on 64-bit ARM, if it is there."""
NOT_THERE = "clone3:435:435 openat2:437:437"
"""Their arguments lie in memory, where a filter cannot see them; older calls do the same."""
NEWER = 457
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
X32 = 0x40000000
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | 0o20000000
THREAD = 0x00010000
LOAD, EQUAL, ANY_BIT, AT_LEAST, GIVE = 0x20, 0x15, 0x45, 0x35, 0x06
ALLOW, FAIL, KILL = 0x7FFF0000, 0x00050000, 0x80000000
MACHINE_AT, CALL_AT, ARGUMENTS_AT = 4, 0, 16

Line = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _If:
    """A call that is let through by one of its arguments alone."""

    call: str
    argument: int
    test: int
    value: int
    passes: bool
    error: int


def program(machine: str, process: int) -> bytes:
    """The filter for one process; empty where the machine's calls are not known.

    Args:
        machine: as `uname -m`.
        process: its id: it may signal itself, as `abort` does.
    """
    if machine not in MACHINES:
        return b""
    return b"".join(struct.pack("=HBBI", *line) for line in _lines(machine, process))


def numbers(calls: str, machine: str) -> dict[str, int]:
    """Call to its number, of those that the machine has."""
    place = MACHINES[machine][1]
    parts = [call.split(":") for call in calls.split()]
    return {name: int(both[place]) for name, *both in parts if both[place]}


def _lines(machine: str, process: int) -> Iterator[Line]:
    yield (LOAD, 0, 0, MACHINE_AT)
    yield (EQUAL, 1, 0, MACHINES[machine][0])
    yield (GIVE, 0, 0, KILL)
    yield (LOAD, 0, 0, CALL_AT)
    if machine == "x86_64":
        yield (AT_LEAST, 0, 1, X32)
        yield (GIVE, 0, 0, KILL)
    for condition in _conditions(process):
        found = numbers(condition.call, machine)
        for number in found.values():
            yield from _conditional(number, condition)
    for calls in REFUSED.values():
        for number in numbers(calls, machine).values():
            yield from _failing(number, errno.EPERM)
    for number in numbers(NOT_THERE, machine).values():
        yield from _failing(number, errno.ENOSYS)
    yield (AT_LEAST, 0, 1, NEWER)
    yield (GIVE, 0, 0, FAIL | errno.ENOSYS)
    yield (GIVE, 0, 0, ALLOW)


def _conditions(process: int) -> tuple[_If, ...]:
    return (
        _If("open:2:", 1, ANY_BIT, WRITES, passes=False, error=errno.EACCES),
        _If("openat:257:56", 2, ANY_BIT, WRITES, passes=False, error=errno.EACCES),
        _If("clone:56:220", 0, ANY_BIT, THREAD, passes=True, error=errno.EPERM),
        _If("tgkill:234:131", 0, EQUAL, process, passes=True, error=errno.EPERM),
        _If("prlimit64:302:261", 0, EQUAL, 0, passes=True, error=errno.EPERM),
    )


def _failing(number: int, error: int) -> Iterator[Line]:
    yield (EQUAL, 0, 1, number)
    yield (GIVE, 0, 0, FAIL | error)


def _conditional(number: int, condition: _If) -> Iterator[Line]:
    # The lower half of an argument: flags and ids are 32 bits, and both machines are little-endian.
    first, second = FAIL | condition.error, ALLOW
    if condition.passes:
        first, second = second, first
    yield (EQUAL, 0, 4, number)
    yield (LOAD, 0, 0, ARGUMENTS_AT + 8 * condition.argument)
    yield (condition.test, 0, 1, condition.value)
    yield (GIVE, 0, 0, first)
    yield (GIVE, 0, 0, second)
