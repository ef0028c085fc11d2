#!/bin/sh
# Installs a package on a root of its own, starts what it holds, upgrades, removes and purges it: `packaging/deb/try.sh PACKAGE`, as root.
# The root is this machine's under an overlay in memory, in namespaces of its own: nothing of it is left behind, and nothing is changed.
set -eu

if [ "${SEL_DEB_INSIDE:-}" != yes ]; then
    [ "$(id -u)" = 0 ] || { echo "as root only: it mounts a root of its own" >&2; exit 2; }
    root=$(mktemp -d)
    trap 'rmdir "$root"' EXIT
    SEL_DEB_INSIDE=yes unshare --mount --pid --fork --kill-child "$0" "$1" "$root"
    exit
fi

package=$1 root=$2
mount -t tmpfs tmpfs "$root"
mkdir "$root/upper" "$root/work" "$root/machine"
mount -t overlay overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" "$root/machine"
machine=$root/machine
mount -t proc proc "$machine/proc"
mount --bind /dev "$machine/dev"
for hidden in tmp root run; do mount -t tmpfs tmpfs "$machine/$hidden"; done   # no tree, no Python and no systemd of this machine's

# The next version: the same files under a higher number.
dpkg-deb --raw-extract "$package" "$root/next"
sed -i 's/^Version: .*/&+next/' "$root/next/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$root/next" "$machine/tmp/next.deb" >/dev/null
rm -rf "$root/next"
cp "$package" "$machine/tmp/first.deb"

cat >"$machine/tmp/steps" <<'STEPS'
set -eu
say() { echo "-- $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
unit=/usr/lib/systemd/system/sel-backend.service
as_service() { setpriv --reuid="$user" --regid="$user" --init-groups "$@"; }
start() {
    mkfifo /tmp/said
    # shellcheck disable=SC2086 # a command and its arguments
    setpriv --reuid="$user" --regid="$user" --init-groups \
        env SEL_BACKEND_SERVER__PORT=0 SEL_BACKEND_SERVER__OPERATOR_PORT=0 $command >/tmp/said 2>>/tmp/log &
    server=$!
    read -r line </tmp/said || fail "the server did not start: $(tail -3 /tmp/log)"
    rm /tmp/said
    url=$(echo "$line" | sed 's/.*"operator_url": *"\([^"]*\)".*/\1/')
    ready
}
ready() { python3 -c "import urllib.request as r; assert r.urlopen('$url/health/ready', timeout=10).status == 200"; }
stop() { kill "$server"; wait "$server" || fail "the server ended with $?"; }

say install
dpkg --install /tmp/first.deb
user=$(sed -n 's/^User=//p' $unit) data=/var/lib/$(sed -n 's/^StateDirectory=//p' $unit)
command=$(sed -n 's/^ExecStart=//p' $unit)
settings=$(echo "$command" | sed 's/.*--settings[ =]\([^ ]*\).*/\1/')
[ "$(stat -c '%U %a' "$data")" = "$user 700" ] || fail "$data is not the service's own"
getent passwd "$user" | grep -q nologin || fail "$user can log in"
systemd-analyze verify $unit
sel-tui --version
sel-backend --version
grep -rlI "$(printf '\057root\057\\|/tmp/')" /opt/sel-tui/bin /etc/sel-tui /usr/lib/sysusers.d/sel-tui.conf && fail "a path of the machine that built it"
for file in man/man1/sel-tui.1.gz man/man1/sel-backend.1.gz bash-completion/completions/sel-tui zsh/vendor-completions/_sel-tui \
    fish/vendor_completions.d/sel-tui.fish sel-tui/monitoring/sel-alerts.yaml sel-tui/deploy/postgresql/roles.sql; do
    dpkg --listfiles sel-tui | grep -qx "/usr/share/$file" || fail "no $file in the package"
done
! dpkg --verify sel-tui | grep . || fail "what is installed is not what was packed"

say start
as_service sel-backend init --settings "$settings"
start
[ "$(stat -c %U "/proc/$server")" = "$user" ] || fail "the server is not $user's"
keys=$(sha256sum "$data/keys.json")
echo "# a line of the operator's" >>"$settings"
public=$(echo "$line" | sed 's/.*"url": *"\([^"]*\)".*/\1/')
sel-tui doctor --server "$public" --language en

say upgrade beside the running server
dpkg --install /tmp/next.deb
ready
stop
as_service sel-backend init --check --settings "$settings"
start
stop
[ "$keys" = "$(sha256sum "$data/keys.json")" ] || fail "other keys"
grep -q "line of the operator's" "$settings" || fail "the settings were written over"

say remove
dpkg --remove sel-tui
[ ! -e /opt/sel-tui ] || fail "left behind: $(find /opt/sel-tui | head -3)"
[ -e "$data/sel-backend.sqlite3" ] && [ -e "$settings" ] || fail "data or settings went with it"

say purge
dpkg --purge sel-tui
[ ! -e "$settings" ] || fail "the settings are still there"
[ "$keys" = "$(sha256sum "$data/keys.json")" ] || fail "data went with it"
say "all done"
STEPS
exec chroot "$machine" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 sh /tmp/steps
