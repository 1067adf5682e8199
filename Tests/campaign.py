"""Breaks a record that is being written, again and again, and looks at what is left: campaign.py BIN kill|power|strace ROUNDS
Only heads that were read before the break count as promised. Prints one line of figures; exit 1 where anything was lost."""
import atexit, fcntl, os, random, select, shutil, signal, struct, subprocess, sys, tempfile, threading, time
BIN, KIND, ROUNDS = sys.argv[1], sys.argv[2], int(sys.argv[3])
SEED = int(os.environ.get("SEED", "1"))
dice = random.Random(SEED)
os.environ["SWIFT_BACKTRACE"] = "enable=no"  # a backtrace under strace waits for ever
LAB, INCIDENT = BIN + "/incident-lab", BIN + "/incident"
totals = {"rounds": 0, "promised": 0, "lost": 0, "damaged": 0, "slowest start ms": 0}

def writer(state, *more, before=()):
    return subprocess.Popen([*before, LAB, "write", "--state", state, *more], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

def read_for(child, seconds):
    """What the child has promised so long after it has opened the record."""
    end, data, fd = time.monotonic() + 30, b"", child.stdout.fileno()
    isOpen = False
    while (left := end - time.monotonic()) > 0:
        if select.select([fd], [], [], left)[0]:
            piece = os.read(fd, 1 << 16)
            if not piece: break
            if not isOpen: isOpen, end = True, time.monotonic() + seconds
            data += piece
    return data

def rest(child):
    watch = threading.Timer(60, child.kill)  # whatever hangs counts as a fault
    watch.start()
    data = child.stdout.read()
    child.wait()
    watch.cancel()
    return data

def promised(data):
    heads = []
    for line in data.split(b"\n")[:-1]:  # the last one may be cut
        text = line.decode()
        if text.startswith("open "): totals["slowest start ms"] = max(totals["slowest start ms"], int(text[5:]))
        elif ":" in text: heads.append(text)
    return heads

def check(state, heads):
    """Every promised head is there, and the chain holds."""
    totals["rounds"] += 1
    totals["promised"] += len(heads)
    hashes, whole = {}, True
    journal = state + "/journal"
    names = sorted(n for n in os.listdir(journal) if n.endswith(".jsonl")) if os.path.isdir(journal) else []
    for name in names:
        with open(f"{journal}/{name}", "rb") as lines:
            for line in lines:
                if line.endswith(b'"}\n'): hashes[len(hashes) + 1] = line[-67:-3].decode()
                elif name != names[-1]: whole = False
    lost = [h for h in heads if hashes.get(int(h.split(":")[0])) != h.split(":")[1]]
    totals["lost"] += len(lost)
    if names:
        config = tempfile.gettempdir() + f"/campaign-{os.getpid()}.json5"  # not on the disk that is broken
        if not os.path.exists(config): open(config, "w").write('{desk: {name: {"zh-CN": "x", en: "x"}, zone: "UTC", locale: "en"}}')
        command = [INCIDENT, "journal", "verify", "--config", config, "--state", state]
        if heads: command += ["--expect", heads[-1]]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0 and not lost: print(done.stderr, file=sys.stderr)
        if done.returncode != 0 or not whole: totals["damaged"] += 1

def kill():
    with tempfile.TemporaryDirectory() as root:
        state, heads = root + "/desk", []
        for n in range(ROUNDS):
            child = writer(state)
            data = read_for(child, dice.uniform(0.01, 0.12))
            child.send_signal(signal.SIGKILL)
            data += rest(child)  # what it wrote before it died was promised
            heads += promised(data)
            check(state, heads[-2000:])
            if n % 20 == 19: shutil.rmtree(state, ignore_errors=True); heads = []

def power():
    unsynced = "--unsynced" in sys.argv
    with tempfile.TemporaryDirectory() as root:
        image, mount = root + "/image", root + "/mount"
        os.mkdir(mount)
        subprocess.run(["truncate", "-s", "64M", image], check=True)
        subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
        heads = []
        for n in range(ROUNDS):
            subprocess.run(["mount", "-o", "loop", image, mount], check=True)
            state = mount + "/desk"
            if n > 0:
                check(state, heads[-2000:])
            if n % 20 == 0: shutil.rmtree(state, ignore_errors=True); heads = []; os.sync()
            child = writer(state, *(["--unsynced"] if unsynced else []))
            data = read_for(child, dice.uniform(0.05, 0.3))
            fd = os.open(mount, os.O_RDONLY)
            fcntl.ioctl(fd, 0x8004587D, struct.pack("I", 2))  # EXT4_IOC_SHUTDOWN, without a flush of the log
            os.close(fd)
            child.kill(); rest(child)
            heads += promised(data)
            subprocess.run(["umount", mount], check=True)
        subprocess.run(["mount", "-o", "loop", image, mount], check=True)
        check(mount + "/desk", heads[-2000:])
        subprocess.run(["umount", mount], check=True)

def strace():
    faults = ["fdatasync:error=EIO", "fdatasync:error=ENOSPC", "fsync:error=EIO", "write:error=ENOSPC", "write:error=EIO",
              "pwrite64:error=EIO", "ftruncate:error=EIO", "openat:error=EMFILE", "write:error=EINTR", "rename:error=EIO"]
    with tempfile.TemporaryDirectory() as root:
        for n in range(ROUNDS):
            state, fault, when = f"{root}/desk{n}", faults[n % len(faults)], dice.randint(1, 60)
            call = fault.split(":")[0]
            if call == "openat": when += 48  # those before are the loader's
            child = writer(state, "--commands", "40", before=["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={fault}:when={when}"])
            heads = promised(rest(child))
            if child.returncode not in (0, 2): print(fault, when, child.returncode, file=sys.stderr); totals["damaged"] += 1
            child = writer(state, "--commands", "8")  # the next start has all that was promised
            heads += promised(rest(child))
            check(state, heads)
            shutil.rmtree(state, ignore_errors=True)

atexit.register(lambda: [os.unlink(f) for f in [tempfile.gettempdir() + f"/campaign-{os.getpid()}.json5"] if os.path.exists(f)])
start = time.monotonic()
{"kill": kill, "power": power, "strace": strace}[KIND]()
print(f"{KIND}, seed {SEED}: " + ", ".join(f"{v} {k}" for k, v in totals.items()) + f", {time.monotonic() - start:.0f} s")
if "--unsynced" in sys.argv: sys.exit(0 if totals["lost"] else 1)  # the control has to lose, or the test would notice nothing
sys.exit(1 if totals["lost"] or totals["damaged"] else 0)
