# Install what "make check" needs, with the system's package manager.
# Do nothing where it is there already.

PATH=$PATH:/usr/sbin:/sbin:/usr/libexec:/usr/local/bin:/usr/pkg/bin

# What is missing, a line each.
missing() {
	for cmd in kyua atf-sh $linux; do
		command -v "$cmd" >/dev/null || echo "$cmd"
	done
	# shellcheck disable=SC2046 # words
	echo '#include <atf-c.h>' |
	    cc -E $(pkg-config --cflags atf-c 2>/dev/null) - >/dev/null 2>&1 ||
	    echo atf-c.h
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v doas >/dev/null; then
		doas "$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "deps: as root, run: $*" >&2
		exit 1
	fi
}

linux=
[ "$(uname -s)" != Linux ] ||
    linux='ip bridge nft ip6tables smcrouted smcroutectl'
[ -n "$(missing)" ] || exit 0

netpkg='iproute2 nftables iptables smcroute'
if command -v apt-get >/dev/null; then
	set -- env DEBIAN_FRONTEND=noninteractive apt-get install -y \
	    --no-install-recommends kyua atf-sh libatf-dev $netpkg
	as_root "$@" || { as_root apt-get update && as_root "$@"; }
elif command -v apk >/dev/null; then
	as_root apk add kyua atf atf-dev coreutils util-linux $netpkg
elif command -v pkgin >/dev/null; then
	as_root pkgin -y install kyua atf pkgconf
elif command -v pkg >/dev/null; then
	as_root pkg install -y kyua atf pkgconf
elif command -v pkg_add >/dev/null; then
	as_root pkg_add kyua atf
elif command -v brew >/dev/null; then
	brew install kyua atf pkgconf
fi

# shellcheck disable=SC2046 # words
set -- $(missing)
[ $# = 0 ] || {
	echo "deps: install what has these: $*" >&2
	exit 1
}
