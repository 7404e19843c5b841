# shellcheck shell=sh
# shellcheck disable=SC2016,SC2034,SC2046,SC2154 # words; net.sh has the others
# Hostile datagrams, and hosts that lack what a program takes for granted.
# The attacker is on either host.

. "$(atf_get_srcdir)/net.sh"

# COUNT SOURCE-PORT TEXT: datagrams from a to the group.
attack() {
	printf %s "$3" | send "$1" "$2" $GROUP
}

# FILE REGEX: how many lines match.
lines() {
	grep -Ec -e "$2" "$1"
}

# FILE...: nothing but printable characters.
printable() {
	! LC_ALL=C grep -n '[^ -~]' "$@" >&2 || atf_fail "raw bytes in $*"
}

own_port_body() { # a HELLO from our own port makes no loop of answers
	link
	net_listener a
	attack 1 =28015 HELLO
	expect 0 -I em0
	# Of its own WELCOME and that of b, a's listener hears both.
	net_until sh -c "grep -c \"^Arrived .*'WELCOME'\" a.out | grep -x 2"
	net_stop a
	net_stop b
	for host in a b; do
		atf_check_equal 2 "$(lines $host.out '^Sent ')"
		atf_check_equal 0 "$(lines $host.out "^Sent .*'HELLO'")"
	done
	has b.out "2 answered, 0 other datagrams, 0 answers failed"
	has a.out "2 answered, 2 other datagrams, 0 answers failed"
}

port_zero_body() { # a HELLO from port 0 is not answered
	link
	attack 1 =0 HELLO
	net_wait_line b.out "^Arrived datagram is 'HELLO' from .*]:0$"
	expect 0 -I em0
	net_stop b
	has b.out "1 answered, 1 other datagrams, 0 answers failed"
}

foreign_flood_body() { # WELCOMEs of foreign runs are counted and answer nothing
	link -q
	requester -q -I em0 -p 4000 -c 0 -i 0.01 -w 0.5
	net_until grep -q '!!!' a.out
	for text in 'WELCOME 00000000 1 m' 'WELCOME 00000000 1 m' HELLO ''; do
		printf %s "$text" | net_in b \
		    "$RESPONDER" -s 5000 4001 "${A%\%*}" em0 4000
	done
	marks=$(tr -dc '!.' <a.out)
	net_until grep -Fq "$marks!!!" a.out
	net_kill a INT
	net_wait a
	status=$?
	[ $status -le 1 ] || atf_fail "exit status $status"
	matches a.out '[0-9]+ foreign datagrams'
	rows a.out "$B [1-9][0-9]* .*"
	atf_check_equal 1 "$(wc -l <table)"
	# Loss is the honest difference, whatever the flood has cost.
	awk 'FILENAME == "a.out" && / sent, / { sent = $1; answered = $3 }
	    FILENAME == "table" { row = $2; all = $2 + $3 }
	    END { exit !(row == answered && all == sent) }' a.out table ||
	    atf_fail "$(cat table)"
}

bare_flood_body() { # bare WELCOMEs don't answer what was answered already
	two_hosts
	responder $GROUP bare,bare,bare bare
	expect 0 -I em0 -c 2 -i 0.1
	has out "2 sent, 2 answered, 0.0% loss"
	rows out "$B 2 0 [12] 0 0 0"
}

truncated_tags_body() { # half a tag is echoed or ignored, never misread
	link -v
	n=0
	for tag in ' ' ' 0' ' 01234567' ' 01234567 ' ' 01234567 1' \
	    ' 01234567 1 ' ' 01234567 99999999999999999999999 r' \
	    ' 0123456z 1 r' ' 01234567 -1 r' ' 01234567  1 r' \
	    ' 01234567 1 rr' ' 012345678 1 r'; do
		attack 1 4000 "HELLO$tag"
		n=$((n + 1))
		net_wait_line b.out "^Sent datagram is 'WELCOME$tag' to"
	done
	net_stop b
	has b.out "$n answered, 0 other datagrams, 0 answers failed"
	atf_check_equal 0 "$(lines b.err IPV6_LEAVE_GROUP)"
}

too_long_to_answer_body() { # a HELLO whose WELCOME fits no datagram
	link
	printf 'HELLO %065521d' 0 | send 1 0 "$B"
	net_wait_line b.out '^note: answer-failed: .*Message too long'
	expect 0 -I em0
	net_stop b
	has b.out "1 answered, 0 other datagrams, 1 answers failed"
}

escapes_at_listener_body() { # no terminal escape gets through a listener
	link -v -x
	escape=$(printf '\033]0;title\007\033[2J\233\r')
	attack 1 4000 "HELLO $escape"
	attack 1 4000 "$escape' from [::1]:1"
	net_wait_line b.out "^Arrived .*x1b\[2J\\\\x9b\\\\x0d\\\\x27 from"
	net_stop b
	printable b.out b.err
}

escapes_at_requester_body() { # no terminal escape gets through a requester
	two_hosts
	responder $GROUP longer,ok
	request -v -x -c 2 -i 0 -I em0 || fail "exit $?"
	matches out 'Arrived datagram is .*\\x1b.*'
	printable out err
}

hostile_report_body() { # a listener's report full of nonsense does no harm
	two_hosts
	responder ff12::1 report
	request -v -x -w 0.2 -I em0 && fail 'no fault at all'
	says '^diagnosis: '
	printable out err
}

# KIND COUNT WORDS CALL PER-SECOND MORE: a storm of such HELLOs, whose tag has
# these words behind it; the listener makes that call, but no more often, and
# with each it sends so many datagrams more than the one answer.
storm() {
	link -v
	attack "$2" 4000 "HELLO 01234567 1 $1$3"
	# By unicast: what comes between leaving and joining is lost.
	printf %s "HELLO 01234567 2 $1$3" | send 1 4000 "$B"
	net_wait_line b.out "^Sent datagram is 'WELCOME 01234567 2 $1"
	net_stop b
	seconds=$(sed -n 's/^\([^.]*\)\..*/\1/p' b.err | sort -u | wc -l)
	n=$(lines b.err "$4")
	[ "$n" -ge 1 ] || atf_fail "never: $4"
	[ "$n" -le $((seconds * $5)) ] || atf_fail "$n times in $seconds s: $4"
	sent=$(lines b.err "sendto\(.*'WELCOME 01234567")
	[ "$sent" -le $(($(lines b.err "recvfrom\(.*'HELLO 01234567") +
	    $6 * n)) ] || atf_fail "$sent answers"
}

rejoin_storm_body() { storm r 200 '' IPV6_LEAVE_GROUP 1 0; }
multicast_storm_body() { # kind g: an answer to ff02::1 once a second at most
	storm g 200 '' "sendto.*sin6_port=4000.*'ff02::1'" 1 1
}
group_storm_body() { # kind b: ten answers a second to the group at most
	storm b 200 '' "sendto.*WELCOME.*sin6_port=4000.*'$GROUP'" 10 1
}
port_storm_body() { storm o 200 ' 4001' 'sendto.*sin6_port=4001' 10 0; }

multicast_from_afar_body() { # kind g from beyond the link: no answer to ff02::1
	link -v
	net_addr a em0 2001:db8::a/64
	net_addr b em0 2001:db8::b/64
	printf 'HELLO 01234567 1 g' | send 1 4000 2001:db8::b
	net_wait_line b.out \
	    "^Sent datagram is 'WELCOME 01234567 1 g' to \[2001:db8::a]:4000"
	net_stop b
	atf_check_equal 0 "$(lines b.err "sendto.*'ff02::1'")"
}

other_ports_body() { # kind o: a port that is none answers the source, or none
	link -v
	n=0
	for port in 0 65536 -1 4294967297 '' x 4001x ' 4001'; do
		printf %s "HELLO 01234567 1 o $port" | send 1 4000 "$B"
		n=$((n + 1))
	done
	expect 0 -I em0
	net_stop b
	# shellcheck disable=SC2016
	grep "sendto(.*WELCOME 01234567" b.err >sent
	! grep -v 'sin6_port=4000,' sent || atf_fail "sent elsewhere"
}

# COUNT: HELLOs from a to the group, in the background.
flood() {
	printf HELLO >hello
	net_start flood a sh -c 'exec "$0" -s "$@" <hello' "$RESPONDER" \
	    "$1" 4000 $GROUP em0 28015
}

flooded_stop_body() { # SIGTERM ends a listener while a flood goes on
	link -v -x
	flood 100000000
	net_wait_line b.out '^Arrived'
	ends b TERM 0
	! grep 'State:.*Z' "/proc/$(cat flood.pid)/status" ||
	    atf_fail 'the flood was over first'
	net_kill flood TERM
}

flooded_listener_body() { # a flooded listener: answers, or an honest loss
	link -q
	flood 300000
	request -N -I em0 -c 20 -i 0.01 -w 1
	status=$?
	net_wait flood
	[ $status -le 1 ] || atf_fail "exit status $status"
	matches out '20 sent, [0-9]+ answered, [0-9.]+% loss'
	net_until request -N -I em0 # once its queue has room again
	ends b TERM 0
	listener_says '^[1-9][0-9]{2,} answered, 0 other datagrams, '
}

no_own_loss_body() { # the listener loses nothing that reached its host
	link
	filter b input udp dport 28015 counter
	printf HELLO >hello
	for n in 1 2 3 4; do
		net_start $n a sh -c 'for n in $(seq 50); do
			"$0" -s 100 0 "$1" em0 28015 <hello || exit
		done' "$RESPONDER" "${B%\%*}"
	done
	for n in 1 2 3 4; do
		net_wait $n
	done
	expect 0 -I em0 # behind what is queued
	net_stop b
	came=$(net_in b nft list table ip6 t |
	    sed -n 's/.* packets \([0-9]*\).*/\1/p')
	full=$(net_in b sed -n 's/^Udp6RcvbufErrors *//p' /proc/net/snmp6)
	listener_says "^$((came - full)) answered, 0 other datagrams"
}

# FORMAT: printf(1)'s ICMPv6 messages from b to all nodes, in the background.
icmp_flood() {
	# shellcheck disable=SC2059 # a format it is
	printf "$1" >message
	net_start flood b sh -c 'exec "$0" -s "$@" <message' "$RESPONDER" \
	    100000000 icmp ff02::1 em0 0
}

icmp_flood_body() { # under a flood of ICMPv6 both roles work, and end
	link -q
	icmp_flood '\201\0\0\0\0\0\0\0'
	expect 0 -I em0 -c 5 -i 0.1 -w 5
	ends b TERM 0
	diagnosed no-listener -I em0 -w 0.5
	net_kill flood KILL
}

spoofed_echoes_body() { # hosts that are not there do no harm
	two_hosts
	net_any_source b
	net_start echoes b "$RESPONDER" -e em0 fe80::1000 300
	net_wait_line echoes.out echoes
	within=8
	request -v -x -I em0 -w 0.2
	atf_check_equal 1 $?
	says '^checked: ICMPv6 echo .*: answered by [0-9]+ hosts' \
	    '^diagnosis: '
	! grep '^checked: ICMPv6' out | grep -E '(fe80.*){9}' ||
	    atf_fail "more than 8 are named"
	printable out err
}

# TYPE LENGTH...: ICMPv6 messages of these lengths to both roles, which go on,
# and make nothing of them.
odd_messages() {
	type=$1
	shift
	link -v
	requester -v -I em0 -c 0 -i 0.1
	net_wait_line a.out '^Arrived'
	for length in "$@"; do
		{ printf "$type" && head -c $((length - 1)) /dev/zero; } >odd
		for host in a b; do
			net_in $host "$RESPONDER" -s 1 icmp ff02::1 em0 0 <odd
		done
	done
	expect 0 -I em0 -c 2 -i 0.1
	ends a INT 0
	ends b INT 0
	! grep '^note: ' a.out b.out || atf_fail "a word on it"
}

odd_queries_body() { odd_messages '\202' 4 8 20 23 25 27; }
odd_errors_body() { odd_messages '\001' 4 7 8 9 47 48 49 55 56 57 1400; }

forged_answers_body() { # a number or kind that is not out answers nothing
	link
	requester -I em0 -p 4000 -c 2 -i 1000
	net_wait_line a.out '^Arrived'
	id=$(sed -n "s/^Sent datagram is 'HELLO \\([^ ]*\\) .*/\\1/p" a.out)
	for tag in "$id 2 m" "$id 0 m" "$id 18446744073709551617 m" "$id 1 u" \
	    "$id 1 r"; do
		printf %s "WELCOME $tag" | net_in b \
		    "$RESPONDER" -s 1 28015 "${A%\%*}" em0 4000
		net_wait_line a.out "^Arrived datagram is 'WELCOME $tag' .*"
	done
	ends a INT 0
	has a.out "1 sent, 1 answered, 0.0% loss" "5 foreign datagrams"
	rows a.out "$B 1 0 0 0 0 0"
}

# LIMIT: a command of the shell that takes a resource away; every role then
# does its work or says what fails.  (LeakSanitizer would fail itself.)
limited() {
	for role in '-l -w 0.01' '-I em0 -w 0.05 -N' '-I em0 -w 0.05' \
	    '-t -I em0'; do
		net_in a timeout 20 env ASAN_OPTIONS=detect_leaks=0 \
		    sh -c "$1 && exec \"\$0\" $role" "$MCAST6DBG" >out 2>err
		status=$?
		case $status in
		[01]) ;;
		3) grep -q '^mcast6dbg: ' err || grep '^em0 ' out ;;
		*) false ;;
		esac || fail "$1: $role: exit status $status, or no word of why"
	done
}

descriptors_body() { # with few descriptors each role says what it lacks
	two_hosts
	# One more than are open, which the loader needs too.
	atf_check -s exit:3 -o ignore -e match:'^mcast6dbg: .*Too many open' \
	    $(net_at a) env ASAN_OPTIONS=detect_leaks=0 \
	    sh -c 'ulimit -n 4 && exec "$0" -l' "$MCAST6DBG"
	for n in 4 5 6 7 8 10 12; do
		limited "ulimit -n $n"
	done
}

memory_body() { # with little memory each role says what it lacks
	two_hosts
	# From where the loader has enough; a sanitizer never has.
	n=1000
	until net_in a sh -c "ulimit -v $n && exec \"\$0\" -V" "$MCAST6DBG"; do
		n=$((n + 100))
		[ $n -lt 20000 ] || return 0
	done >/dev/null 2>&1
	for more in 0 100 200 300 500 800 1200 2000; do
		limited "ulimit -v $((n + more))"
	done
}

# CODES: how each role of a host without IPv6 ends, and one of these is why.
without_ipv6() {
	request -I em0
	atf_check_equal 3 $?
	says "^diagnosis: ($1): "
	matches err 'mcast6dbg: sendto .*'
	expect 3 -t
	says "^em0 .* \\(($1)\\)"
	request -l -w 0.01
	status=$?
}

no_address_body() { # a host without any IPv6 address says so
	two_hosts
	net_in a ip -6 addr flush dev em0
	net_in a ip -6 addr flush dev lo
	without_ipv6 no-address
	[ $status = 0 ] || fail "exit status $status of the listener"
}

disabled_body() { # a host with IPv6 switched off says so
	two_hosts
	net_conf a all disable_ipv6 1
	without_ipv6 'down|no-address'
	[ $status = 0 ] || [ $status = 3 ] || fail "exit status $status"
}

read_only_body() { # nothing is written where the program runs
	link
	mkdir empty
	atf_check -o match:'^Arrived' $(net_at a) unshare -m sh -c \
	    'mount -t tmpfs -o ro none empty && cd empty && exec "$0" -I em0' \
	    "$(realpath "$MCAST6DBG")"
}

# COMMAND...: under it, each role works.
works_under() {
	two_hosts
	net_start b b "$@" "$MCAST6DBG" -l
	net_wait_line b.out '^Listening on'
	for words in '-I em0' '-I em0 -s 1000' -t; do
		# shellcheck disable=SC2086 # words
		atf_check -o match:'^Arrived| ok$' \
		    $(net_at a) "$@" "$MCAST6DBG" $words
	done
}

unprivileged_body() { # no privilege is needed in any role
	# Root without a capability is an ordinary user to the network.
	set -- setpriv --bounding-set=-all --inh-caps=-all
	works_under "$@"
	atf_check -s exit:1 -o match:'^diagnosis: silent: ' \
	    $(net_at a) "$@" "$MCAST6DBG" -I em0 -P 9 -w 0.1
}

# no environment is needed in any role
empty_environment_body() { works_under env -i; }
