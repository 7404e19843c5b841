# shellcheck shell=sh
# shellcheck disable=SC2034,SC2046,SC2154 # words, and what atf_check saves
# Networks of hosts for the tests, by the means of Linux: a host is a network
# namespace, kept alive by a process, and gone with its last process.  Root
# needs nothing else, an ordinary user gets a user namespace around them.
# Another system replaces this file and keeps the names without "_" in front.
#
# What is known of HOST or of a program stands in files of the test's work
# directory: HOST.ns (pid of the process that keeps the namespace), and for
# each program started NAME.pid, NAME.out (its stdout), NAME.err (its stderr).

MCAST6DBG=${MCAST6DBG:-$(atf_get_srcdir)/../mcast6dbg}
RESPONDER=${RESPONDER:-$(atf_get_srcdir)/responder}
net_patience=10	# seconds until a condition has failed to come true
net_cases=

# NAME DESCRIPTION: a test case, whose body is NAME_body().
net_case() {
	atf_test_case "$1" cleanup
	eval "${1}_head() { atf_set descr \"$2\"; atf_set timeout 60; }
	    ${1}_cleanup() { net_cleanup; }"
	net_cases="$net_cases $1"
}

# Each NAME_body() in the test program is one, with its description behind it.
while read -r net_name net_descr; do
	net_case "$net_name" "$net_descr"
done <<EOF
$(sed -n "y/\"/'/; s/^\([a-z0-9_]*\)_body() {[^#]*#* *\(.*\)/\1 \2/p" \
    "$(atf_get_srcdir)/${0##*/}")
EOF

atf_init_test_cases() {
	for net_tc in $net_cases; do
		atf_add_test_case "$net_tc"
	done
}

# Kill the programs and the hosts' keepers.  A pid may be another's by now,
# so only processes that sit in this work directory.
net_cleanup() {
	for net_file in ./*.pid ./*.ns; do
		[ -s "$net_file" ] || continue
		read -r net_pid <"$net_file"
		[ "$(readlink "/proc/$net_pid/cwd")" != "$(pwd -P)" ] ||
		    kill -9 "$net_pid"
	done 2>/dev/null
	return 0
}

# Until COMMAND... succeeds.
net_until() {
	net_end=$(($(date +%s) + net_patience))
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$net_end" ] || atf_fail "never: $*"
	done
}

# Until FILE has a line that matches REGEX; not any longer than the program
# lives, if that is a program's output.
net_wait_line() {
	net_pid=$(cat "${1%.*}.pid" 2>/dev/null)
	timeout "$net_patience" tail -n +1 -F ${net_pid:+"--pid=$net_pid"} \
	    "$1" 2>/dev/null | grep -q -e "$2" && return
	cat "$1" >&2
	atf_fail "$1 never had a line that matches: $2"
}

# The words to put before a command so that it runs on HOST.
net_at() {
	read -r net_pid <"$1.ns"
	if [ -e user.ns ]; then
		echo "nsenter -t $net_pid -n -U --preserve-credentials --"
	else
		echo "nsenter -t $net_pid -n --"
	fi
}

# HOST COMMAND...: run it there.
net_in() {
	net_prefix=$(net_at "$1") || atf_fail "no host $1"
	shift
	$net_prefix "$@"
}

# Keep a new namespace: NAME COMMAND..., the one that makes it.
_net_keep() {
	net_keeper=$1
	shift
	mkfifo "$net_keeper.up"
	"$@" sh -c 'echo up && exec tail -f /dev/null >/dev/null' \
	    >"$net_keeper.up" &
	echo $! >"$net_keeper.ns"
	read -r net_up <"$net_keeper.up" ||
	    atf_fail "no namespace (${net_up}): $*"
}

# HOST: a new one, with lo up, and addresses usable at once.
net_host() {
	if [ "$(id -u)" = 0 ]; then
		_net_keep "$1" unshare -n
	else
		[ -e user.ns ] || _net_keep user unshare -r -n
		# shellcheck disable=SC2046 # words
		_net_keep "$1" $(net_at user) unshare -n
	fi
	net_in "$1" ip link set lo up
	net_conf "$1" all accept_dad 0
	net_conf "$1" default accept_dad 0
}

# HOST IF KEY VALUE: a setting of IPv6, IF may be all or default.
net_conf() {
	net_in "$1" sh -c "echo $4 >/proc/sys/net/ipv6/conf/$2/$3"
}

# A IFA B IFB: a cable, once both ends can be used.
net_link() {
	read -r net_pid <"$3.ns"
	net_in "$1" ip link add "$2" type veth peer name "$4" \
	    netns "$net_pid" || atf_fail "no cable from $1 $2 to $3 $4"
	net_in "$1" ip link set "$2" up
	net_in "$3" ip link set "$4" up
	net_ready "$1" "$2"
	net_ready "$3" "$4"
}

# HOST COUNT NAME: interfaces NAME1 to NAMECOUNT, up, with nobody behind them.
net_stubs() {
	[ -e void.ns ] || net_host void
	read -r net_pid <void.ns
	seq "$2" | while read -r net_n; do
		echo "link add $3$net_n type veth peer name $1$net_n" \
		    "netns $net_pid"
		echo "link set $3$net_n up"
	done | net_in "$1" ip -batch - || atf_fail "no $2 interfaces on $1"
	seq "$2" | sed "s/.*/link set $1& up/" | net_in void ip -batch -
	for net_n in $(seq "$2"); do
		net_ready "$1" "$3$net_n"
	done
}

# SWITCH: a host whose br0 is a bridge.
net_switch() {
	net_host "$1"
	net_in "$1" ip link add br0 type bridge
	net_in "$1" ip link set br0 up
}

# SWITCH HOST IF: a cable from HOST's IF to the switch's port HOST-IF.
net_plug() {
	read -r net_pid <"$1.ns"
	net_in "$2" ip link add "$3" type veth peer name "$2-$3" \
	    netns "$net_pid" || atf_fail "no cable from $2 $3 to $1"
	net_in "$1" ip link set "$2-$3" master br0 up
	net_in "$2" ip link set "$3" up
	net_until eval "net_in $1 bridge link show dev $2-$3 |
	    grep -q 'state forwarding'"
	net_ready "$2" "$3"
}

# HOST IF: until it has a link-local address that can be used.
net_ready() {
	net_until eval "net_in $1 ip -o -6 addr show dev $2 scope link \
	    -tentative | grep -q fe80"
}

# TRANSMITS: a's address is tentative while DAD asks so often, once a second.
tentative() {
	net_in a ip link set em0 down
	net_conf a em0 accept_dad 1
	net_conf a em0 dad_transmits "$1"
	net_in a ip link set em0 up
	net_until eval \
	    'net_in a ip -6 addr show dev em0 tentative | grep -q fe80'
}

# HOST: programs there may send from addresses that it does not have.
net_any_source() {
	net_in "$1" sh -c 'echo 1 >/proc/sys/net/ipv6/ip_nonlocal_bind'
}

# HOST IF: its index.
net_index() {
	net_in "$1" ip -o link show dev "$2" | sed 's/:.*//'
}

# HOST IF ADDR/LEN
net_addr() {
	net_in "$1" ip -6 addr add "$3" dev "$2" nodad
}

# HOST IF: its link-local address.
net_ll() {
	net_in "$1" ip -o -6 addr show dev "$2" scope link |
	    sed -n 's|.* inet6 \(fe80[^/]*\)/.*|\1|p'
}

# NAME HOST COMMAND...: start it there in the background.
net_start() {
	net_name=$1
	net_prefix=$(net_at "$2") || atf_fail "no host $2"
	shift 2
	: >"$net_name.out" # not the lines of an earlier program
	$net_prefix "$@" >"$net_name.out" 2>"$net_name.err" &
	echo $! >"$net_name.pid"
}

# HOST ARGUMENT...: a listener there, once it listens.
net_listener() {
	net_name=$1
	shift
	net_start "$net_name" "$net_name" "$MCAST6DBG" -l "$@"
	net_wait_line "$net_name.out" '^Listening on'
}

# NAME SIGNAL: to a program started.
net_kill() {
	read -r net_pid <"$1.pid"
	kill -s "$2" "$net_pid"
}

# NAME: its exit status, once it has ended.
net_wait() {
	read -r net_pid <"$1.pid"
	wait "$net_pid"
}

# NAME: end that program as a user would; its exit status.
net_stop() {
	net_kill "$1" TERM
	net_wait "$1"
}

# Networks for the roles: the requester is on host a, its interface is em0;
# the listener is on host b.  Their addresses are in A and B.

GROUP=ff12::8000:6db6
WIDE=ff05::8000:6db6

# a -- b, no listener yet.
two_hosts() {
	net_host a
	net_host b
	net_link a em0 b em0
	A=$(net_ll a em0)%em0 B=$(net_ll b em0)%em0
}

# a -- b; LISTENER-ARGUMENT...
link() {
	two_hosts
	net_listener b "$@"
}

# a -- sw -- b; LISTENER-ARGUMENT...
bridged() {
	net_switch sw
	net_host a
	net_host b
	net_plug sw a em0
	net_plug sw b em0
	A=$(net_ll a em0)%em0 B=$(net_ll b em0)%em0
	net_listener b "$@"
}

# a -- b on em0, a -- c on em1, an address of wide scope on each.
two_links() {
	link "$@"
	net_host c
	net_link a em1 c em0
}

# N LISTENER-ARGUMENT...: a -- r1 -- ... -- rN -- b, on each wire the net
# 2001:db8:0::/64, 2001:db8:1::/64, ..., unicast routed.
routed() {
	routers=$1
	shift
	net_host a
	prev=a prev_if=em0 wire=0
	while [ $wire -lt "$routers" ]; do
		net_host r$wire
		net_conf r$wire all forwarding 1
		routed_wire r$wire left
		prev=r$wire prev_if=right wire=$((wire + 1))
	done
	net_host b
	routed_wire b em0
	net_in a ip -6 route add default via 2001:db8:0::2
	net_in b ip -6 route add default via "2001:db8:$routers::1"
	wire=1
	while [ $wire -lt "$routers" ]; do
		net_in r$((wire - 1)) ip -6 route add \
		    default via 2001:db8:$wire::2
		net_in r$wire ip -6 route add \
		    2001:db8:0::/64 via 2001:db8:$wire::1
		wire=$((wire + 1))
	done
	B=2001:db8:$routers::2
	net_listener b "$@"
}

# HOST IF: the wire from the host before to that interface.
routed_wire() {
	net_link "$prev" "$prev_if" "$1" "$2"
	net_addr "$prev" "$prev_if" "2001:db8:$wire::1/64"
	net_addr "$1" "$2" "2001:db8:$wire::2/64"
}

# The routers forward the wide group from a to b.
multicast_routing() {
	wire=0
	while [ $wire -lt "$routers" ]; do
		cat >r$wire.conf <<-EOF
		mroute from left group $WIDE to right
		EOF
		net_start r$wire r$wire smcrouted -n -f r$wire.conf \
		    -P "$PWD/r$wire.run" -u "$PWD/r$wire.sock"
		net_until eval "net_in r$wire smcroutectl \
		    -u '$PWD/r$wire.sock' -p show routes | grep -q $WIDE"
		wire=$((wire + 1))
	done
}

# a -- r0 -- b, and r0 forwards the wide group as well.
gateway() {
	routed 1 -A $WIDE
	multicast_routing
}

# HOST HOOK RULE: a rule of the host's packet filter.
filter() {
	host=$1 hook=$2
	shift 2
	net_in "$host" nft "add table ip6 t; add chain ip6 t $hook {
	    type filter hook $hook priority 0; };
	    add rule ip6 t $hook $*" || atf_fail "no rule: $*"
}

# HOST: let in only neighbour discovery and what the host asked for.
stateful() {
	filter "$1" input ct state established,related accept
	filter "$1" input icmpv6 type \
	    '{ nd-neighbor-solicit, nd-neighbor-advert }' accept
	filter "$1" input drop
}

# HOOK RULE: a rule of the switch, for what it forwards or takes in.
switch_filter() {
	hook=$1
	shift
	net_in sw nft "add table bridge t; add chain bridge t $hook {
	    type filter hook $hook priority 0; };
	    add rule bridge t $hook $*" || atf_fail "no rule: $*"
}

# Make the switch ask for members once, believe that somebody asks for ever,
# and forget them after a second.  Times are in 10 ms.
forgetful() {
	net_in sw ip link set br0 type bridge mcast_startup_query_count 1 \
	    mcast_startup_query_interval 100000 mcast_query_interval 100000 \
	    mcast_last_member_interval 100000 \
	    mcast_query_response_interval 10 mcast_membership_interval 100
	net_in sw ip link set br0 type bridge mcast_querier 1
}

# Until the switch has forgotten the group: long enough for it to trust its
# querier, which takes the response interval.
forgotten() {
	net_until knows $GROUP
	forgetful
	net_until forgot $GROUP
}

# The same, and every solicited-node group; and no host knows a neighbour.
all_forgotten() {
	forgotten
	net_until forgot ff02::1:ff
	net_in a ip -6 neigh flush dev em0
	net_in b ip -6 neigh flush dev em0
}

knows() {
	net_in sw bridge mdb show | grep -q "$1"
}

forgot() {
	! knows "$1"
}

# ARGUMENT...: the listener on b, with these instead.
listen_again() {
	net_stop b
	net_listener b "$@"
}

# GROUP ACTION...: a listener on b that is not ours.
responder() {
	[ ! -e b.pid ] || net_stop b
	group=$1
	shift
	net_start b b "$RESPONDER" "$group" em0 28015 "$@"
	net_wait_line b.out joined
}

# HOST PORT [ADDRESS [shared]]: a program there has that port, and alone if
# it does not share it; HOST-PORT.out is what comes to it.
taken() {
	net_start "$1-$2" "$1" "$RESPONDER" -b "${3:-::}" "$2" ${4:+"$4"}
	net_wait_line "$1-$2.out" bound
}

# COUNT SOURCE ADDRESS [PORT]: datagrams of what stdin has, from a.
send() {
	net_in a "$RESPONDER" -s "$1" "$2" "${3%\%*}" em0 "${4:-28015}" ||
	    atf_fail "not sent to $3"
}

# FORMAT: printf(1)'s bytes to the listener; its answer is in "answer".
ask() {
	# shellcheck disable=SC2059 # a format it is
	printf "$1" | net_in a timeout 10 "$RESPONDER" -a "${B%\%*}" em0 28015 \
	    >answer || atf_fail "no answer to $1"
}

# What the roles do and say.

# ARGUMENT...: a requester, its output in "out" and "err"; its exit status.
# A program that hangs has 30 s, a verdict has fewer: see diagnosed().
request() {
	$(net_at a) timeout "${within:-30}" "$MCAST6DBG" "$@" >out 2>err
}

# STATUS ARGUMENT...: a requester ends with it, and without an error.
expect() {
	expected=$1
	shift
	request "$@"
	status=$?
	[ $status -eq "$expected" ] || fail "exit $status, not $expected: $*"
	[ ! -s err ] || fail "errors: $*"
}

# ARGUMENT...: a requester in the background, its output in "a.out".
requester() {
	net_start a a "$MCAST6DBG" "$@"
}

# NAME STATUS: that program has ended so; what it said is the requester's.
ended() {
	net_wait "$1"
	status=$?
	cp "$1.out" out
	cp "$1.err" err
	[ $status -eq "$2" ] || fail "exit $status, not $2"
}

# NAME SIGNAL STATUS: the signal ends the program with that status.
ends() {
	net_kill "$1" "$2"
	net_wait "$1"
	atf_check_equal "$3" $?
}

# COMMAND...: run it; "ms" is how long that took.
timed() {
	begin=$(date +%s%N)
	"$@"
	ms=$((($(date +%s%N) - begin) / 1000000))
}

# REASON: fail, and show what the requester said.
fail() {
	cat out err >&2
	atf_fail "$1"
}

# ARGUMENT...: is answered, and has nothing to diagnose.
healthy() {
	request "$@" || fail "exit $? in a healthy network: $*"
	! grep -E '^(diagnosis|checked):' out >&2 ||
	    fail "a diagnosis in a healthy network: $*"
}

# CODE ARGUMENT...: is not answered, and the cause has that name.  Within
# 8 s, where 6 are promised: a loaded machine must not fail the test.
diagnosed() {
	code=$1
	shift
	case $code in
	no-interface | down | no-route | no-address | no-multicast | gone | \
	    filter-out | port-taken | too-long | queue-full)
		expected=3 ;;
	*)
		expected=1 ;;
	esac
	within=8
	request "$@" && fail 'no fault at all'
	status=$?
	within=
	says "^diagnosis: $code: ." '^try: .'
	! grep -E '^(checked|diagnosis):.*[?]' out || fail 'unknown words'
	[ "$(grep -c '^diagnosis:' out)" -eq 1 ] || fail 'more than one cause'
	awk '/^(checked|diagnosis):/ { exit before != "" }
	    { before = $0 }' out || fail 'no blank line before the diagnosis'
	[ $status -eq $expected ] || fail "exit $status, not $expected"
}

# NAME CODE NETWORK ARGUMENTS FAULT [SAYS]: a case.  A requester with these
# arguments is answered in the network; after the fault it names the cause,
# and says that.  All of them are commands or words, run in the case.
fault() {
	eval "${1}_then=\$5" # not here: each start of a program comes by
	net_case "$1" "$2: $3, then \$${1}_then"
	eval "${1}_body() {
		$3
		healthy $4
		$5
		diagnosed $2 $4
		says ${6:-^}
	}"
}

# FLAG FILE PATTERN...: has a line for each, as grep FLAG takes it, and none
# for one behind a "!".
each_line() {
	flag=$1 file=$2
	shift 2
	for pattern in "$@"; do
		case $pattern in
		!*) ! grep "$flag" -q -e "${pattern#!}" "$file" ;;
		*) grep "$flag" -q -e "$pattern" "$file" ;;
		esac && continue
		cat "$file" "${file%out}err" >&2 2>/dev/null
		atf_fail "$file should have a line (grep $flag): $pattern"
	done
}

# FILE LINE...: has each of these lines.
has() {
	each_line -Fx "$@"
}

# FILE REGEX...: has a line that matches, for each, from end to end.
matches() {
	each_line -Ex "$@"
}

# FILE REGEX...: has a row "ADDRESS ANSWERED LOST DUP LATE ORDER BAD", with 0
# for a blank, that matches, for each; of -u's table with "unicast" before it,
# and of -b's with "group".
rows() {
	awk '/^unicast:/ { what = "unicast " }
	    /^to the group:/ { what = "group " }
	    /^listener +answered/ {
		for (i = 2; i <= 7; i++)
			end[i] = index($0, " " $i " ") + length($i)
		table = 1
		next
	    }
	    !/[0-9]$/ && !/^[0-9a-f:]+:[^ ]*$/ { table = 0 }
	    table && NF == 1 { address = $1; next }
	    table {
		if (/^[^ ]/)
			address = $1
		row = what address
		for (i = 2; i <= 7; i++) {
			from = i == 2 ? end[i] - 7 : end[i - 1] + 1
			row = row " " substr($0, from, end[i] - from + 1) + 0
		}
		print row
	    }' "$1" >table
	shift
	matches table "$@"
}

# REGEX...: each fits in a line of what the requester said.
says() {
	each_line -E out "$@"
}

# REGEX...: the same of the listener on b.
listener_says() {
	each_line -E b.out "$@"
}
