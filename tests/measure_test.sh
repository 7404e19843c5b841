# shellcheck shell=sh
# shellcheck disable=SC2016,SC2154 # words; what net.sh and others set
# Many HELLOs, many listeners, unicast beside multicast, and listeners that
# see interfaces come and go.

. "$(atf_get_srcdir)/net.sh"

# ACTION...: a -- b, where b answers HELLO as responder.c does.
responds() {
	two_hosts
	responder $GROUP "$@"
}

# a, b and c at one switch, with listeners on b and c; ARGUMENT... of c's.
two_listeners() {
	bridged
	net_host c
	net_plug sw c em0
	C=$(net_ll c em0)%em0
	net_listener c "$@"
}

# NAME TEXT: until the program's output has it, its last line unfinished.
shows() {
	net_until grep -q -e "$2" "$1.out"
}

closed_loop_body() { # -i 0: the next HELLO as soon as the last is answered
	link -q
	expect 0 -I em0 -c 1000 -i 0 -w 5
	has out "1000 sent, 1000 answered, 0.0% loss"
	rows out "$B 1000 0 0 0 0 0"
	atf_check_equal 2000 "$(grep -c '^[AS].* datagram is ' out)"
}

closed_loop_lost_body() { # -i 0: the next HELLO as soon as one is given up
	two_hosts
	timed expect 1 -N -I em0 -c 3 -i 0 -w 0.1
	[ "$ms" -ge 300 ] || atf_fail "three waits within $ms ms"
	has out "3 sent, 0 answered, 100.0% loss"
	atf_check_equal 3 "$(grep -c '^No answer to .* within 0.1 s$' out)"
}

interval_body() { # -i keeps the rate, and does not busy-wait for it
	link -q
	timed net_in a sh -c \
	    '"$0" -q -I em0 -c 500 -i 0.001 -w 5; cat /proc/$$/stat >stat' \
	    "$MCAST6DBG" >out
	has out "500 sent, 500 answered, 0.0% loss"
	[ "$ms" -ge 499 ] || atf_fail "500 at 1 ms within $ms ms"
	# The children's user and system time, in ticks.
	ticks=$(awk '{ print $16 + $17 }' stat)
	[ $((ticks * 1000 / $(getconf CLK_TCK))) -lt $((ms / 2)) ] ||
	    atf_fail "$ticks ticks of CPU time in $ms ms"
}

size_body() { # -s: HELLO has that many bytes, and the padding comes back
	link -x
	for size in 28 1000 65525; do
		expect 0 -I em0 -s $size
		net_wait_line b.out "^$(printf %08x $size)\$"
		! grep damaged out | grep -v ' 0 damaged' ||
		    atf_fail "padding of $size came back damaged"
	done
}

tagged_body() { # more than one HELLO: tagged with one id, numbered from 1
	link
	expect 0 -I em0 -c 3 -i 0
	sed -n "s/^Sent datagram is '\\([^']*\\)' .*/\\1/p" out >sent
	id=$(sed -n '1s/HELLO \([0-9a-f]\{8\}\) .*/\1/p' sent)
	atf_check -o inline:"HELLO $id 1 m\nHELLO $id 2 m\nHELLO $id 3 m\n" \
	    cat sent
}

loss_body() { # loss to a tenth of a percent, and one line for each lost HELLO
	link -c 11
	expect 1 -N -I em0 -c 12 -i 0 -w 0.3
	has out "12 sent, 11 answered, 8.3% loss"
	atf_check_equal 1 "$(grep -c "^No answer to 'HELLO" out)"
	rows out "$B 11 1 0 0 0 0"
}

times_body() { # round-trip times in order and not of another clock
	link
	expect 0 -I em0 -c 20 -i 0
	sed -n 's/^Arrived .*, \([0-9.]*\) ms$/\1/p' out | sort -n >each
	atf_check_equal 20 "$(wc -l <each)"
	sed -n 's,.* \([0-9.]*\)/\([0-9.]*\)/\([0-9.]*\)$,\1 \2 \3,p' out |
	    cat - each | awk '
	NR == 1 { min = $1; avg = $2; max = $3; next }
	NR == 2 { first = $1 }
	{ sum += $1; last = $1 }
	END { exit !(min == first && max == last && min > 0 && max < 5000 &&
	    avg - sum / 20 < 0.002 && sum / 20 - avg < 0.002) }' ||
	    fail "not the minimum, average and maximum of the answers"
}

marks_at_once_body() { # -q: a mark shows as soon as its HELLO is answered
	link
	requester -q -I em0 -c 0 -i 1000
	shows a '^    0  !$'
	ends a INT 0
}

control_body() { # -u: a unicast HELLO beside each, with a summary of its own
	link
	expect 0 -I em0 -c 3 -i 0 -u "$B"
	has out "3 sent, 3 answered, 0.0% loss" \
	    "unicast: 3 sent, 3 answered, 0.0% loss"
	rows out "$B 3 0 0 0 0 0" "unicast $B 3 0 0 0 0 0"
	says "^Sent datagram is 'HELLO [0-9a-f]{8} 3 u' to \[$B]:28015"
}

# MARK STATUS RULE: a control run on which, in the middle, that rule falls.
control_filtered() {
	link -q
	mark=$1 status=$2
	shift 2
	requester -q -I em0 -c 0 -i 0.02 -w 0.1 -u "$B"
	shows a '!!!'
	filter b input "$@" udp dport 28015 drop
	shows a "$mark$mark$mark"
	ends a INT "$status"
	matches a.out '[0-9]+ sent, [0-9]+ answered, .* loss(, .*)?' \
	    'unicast: [0-9]+ sent, [0-9]+ answered, .* loss(, .*)?'
}

mark_u_body() { # -q -u: u where only unicast is answered
	control_filtered u 1 ip6 daddr ff00::/8
	each_line -E a.out '!^    0.*[um]!'
}
# -q -u: m where only multicast is answered
mark_m_body() { control_filtered m 0 ip6 daddr fe80::/10; }
both_ways_body() { # -b: the answers to the group are counted, at ten a second
	link
	expect 0 -b -I em0 -c 45 -i 0.1
	has out "45 sent, 45 answered, 0.0% loss" \
	    "to the group: 45 sent, 45 answered, 0.0% loss"
	rows out "$B 45 0 0 0 0 0" "group $B 45 0 0 0 0 0"
	healthy -b -I em0 -u "$B" -c 2 -i 0.1
}

# MARK TOTAL TOTAL DESTINATION: -b where the answers to there are dropped; how
# the totals begin of those that come, and of those.
one_way() {
	link -q
	mark=$1
	filter a input udp sport 28015 ip6 daddr "$4" drop
	expect 1 -N -b -q -I em0 -c 3 -i 0.1 -w 0.3
	has out "    0  $mark$mark$mark" "$2 3 answered, 0.0% loss" \
	    "$3 0 answered, 100.0% loss"
}

mark_out_body() { one_way '>' '3 sent,' 'to the group: 3 sent,' $GROUP; }
mark_back_body() { one_way '<' 'to the group: 3 sent,' '3 sent,' fe80::/10; }

one_of_two_dead_body() { # loss is each listener's own, not summed
	two_listeners -c 5
	expect 0 -I em0 -c 20 -i 0.01 -w 0.5
	has out "20 sent, 20 answered, 0.0% loss"
	rows out "$B 20 0 0 0 0 0" "$C 5 15 0 0 0 0"
}

both_must_answer_body() { # -n 2: a HELLO that one of two answers is lost
	two_listeners -c 5
	expect 1 -n 2 -I em0 -c 20 -i 0.01 -w 0.5
	has out "20 sent, 5 answered, 75.0% loss"
	rows out "$C 5 15 0 0 0 0"
	says '^diagnosis: (partial|stopped): '
}

slower_listener_body() { # the last HELLO waits for all listeners that are known
	responds ok,many/fd00::1/1
	net_any_source b
	expect 0 -I em0 -c 3 -i 0
	rows out "$B 3 0 0 0 0 0" "fd00::1 3 0 0 0 0 0"
}

# COUNT: so many answer each HELLO, from fd00::1 on.
many_answer() {
	responds "many/fd00::1/$1"
	net_any_source b
}

# COUNT: so many rows there are, for each of those one.
rows_of() {
	rows out
	atf_check_equal "$1" "$(grep -c '^fd00::[0-9a-f]* 1 0 0 0 0 0$' table)"
	atf_check_equal "$1" "$(sort -u table | wc -l)"
}

some_never_body() { # -n 10, 7 answer: exit 1, and the 7 are named, sorted
	many_answer 7
	expect 1 -n 10 -q -I em0 -w 0.5
	has out "    0  +" "1 sent, 0 answered, 100.0% loss" \
	    "7 of 10 listeners answered, 3 never"
	says '^diagnosis: partial: '
	rows_of 7
	atf_check sort -c table
}

all_twelve_body() { # -n 12, 12 answer: exit 0 without the wait
	many_answer 12
	expect 0 -n 12 -I em0 -w 1000
	has out "1 sent, 1 answered, 0.0% loss"
	rows_of 12
}

thousand_body() { # 1,000 addresses answer one HELLO and are told apart
	many_answer 1000
	expect 0 -q -n 1000 -I em0 -w 20
	has out "1 sent, 1 answered, 0.0% loss"
	rows_of 1000
	expect 1 -q -n 1001 -I em0 -w 2
	rows_of 1000
}

wide_table_body() { # a table within 80 columns, with the longest address too
	responds many/2001:db8:1111:2222:3333:4444:5555:6660/3
	net_any_source b
	net_addr a em0 2001:db8:1111:2222::1/64
	expect 0 -n 3 -I em0 -c 100 -i 0
	! sed -n '/^listener/,$p' out | grep -E '.{81}' || fail "too wide"
	has out 2001:db8:1111:2222:3333:4444:5555:6661
}

duplicate_body() { # a second answer to one HELLO is a duplicate, and noted
	responds ok,ok ok
	expect 0 -I em0 -c 3 -i 0.01
	has out "3 sent, 3 answered, 0.0% loss"
	rows out "$B 3 0 1 0 0 0"
	says '^note: duplicate: '
}

late_body() { # an answer after the wait is late: neither lost nor in time
	responds hold held,ok ok
	expect 1 -N -I em0 -c 3 -i 0.5 -w 0.2
	has out "3 sent, 2 answered, 33.3% loss"
	rows out "$B 2 0 0 1 0 0"
}

out_of_order_body() { # an older HELLO answered after a newer one
	responds hold ok,held ok
	expect 0 -I em0 -c 3 -i 0.05 -w 10
	has out "3 sent, 3 answered, 0.0% loss"
	rows out "$B 3 0 0 0 1 0"
}

damaged_body() { # an answer whose padding differs is damaged and no answer
	responds damage cut longer ok
	expect 1 -N -I em0 -c 4 -i 0 -w 0.3 -s 100
	has out "4 sent, 1 answered, 75.0% loss"
	rows out "$B 1 3 0 0 0 3"
}

send_fails_later_body() { # a HELLO that can't be sent in mid-run: exit 3
	link -q
	requester -q -I em0 -c 0 -i 0.02 -w 0.1
	shows a '!!!'
	net_in a ip link set em0 down
	net_wait_line a.err \
	    '^mcast6dbg: sendto \[ff12::8000:6db6%em0]:28015: Network is unre'
	ends a INT 3
	atf_check_equal 1 "$(wc -l <a.err)"
}

error_own_line_body() { # -q: an error begins on a line of its own
	link -q
	net_start a a sh -c 'exec "$0" -q -x -I em0 -c 0 -i 0.02 -w 0.1 2>&1' \
	    "$MCAST6DBG"
	net_wait_line a.out '^00000012$'
	net_in a ip link set em0 down
	net_wait_line a.out '^mcast6dbg: sendto '
	ends a INT 3
	each_line -E a.out '![!.] *(mcast6dbg:|000000)'
}

catch_up_body() { # a requester that was stopped sends no burst to catch up
	link -q
	requester -q -I em0 -c 0 -i 0.02 -w 0.3
	shows a '!!!'
	net_kill a STOP
	marks=$(tr -dc '!.' <a.out)
	$(net_at a) timeout 10 "$MCAST6DBG" -N -I em0 -P 9 -w 1 >out
	net_kill a CONT
	shows a "$marks.*!!!"
	net_kill a INT
	net_wait a
	sent=$(sed -n 's/ sent, .*//p' a.out)
	[ "$sent" -lt $((${#marks} + 40)) ] || fail "a burst to catch up"
}

# NAME: its resident set, in KiB.
resident() {
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' \
	    "/proc/$(cat "$1.pid")/status"
}

# BYTES: until the requester has printed more than that.
progress() {
	net_until eval '[ "$(wc -c <a.out)" -gt '"$1 ]"
}

memory_body() { # memory does not grow with the number of HELLOs
	link -q
	requester -q -I em0 -c 0 -i 0 -w 5
	progress 3000
	a=$(resident a) b=$(resident b)
	progress 20000
	[ "$(resident b)" -le $((b + 64)) ] || atf_fail "listener grew from $b"
	[ "$(resident a)" -le $((a + 64)) ] || atf_fail "requester grew from $a"
	ends a TERM 0
}

interface_vanishes_body() { # an interface that goes is said, others go on
	two_hosts
	net_link a em1 b em1
	net_listener b
	net_in b ip link del em1
	net_wait_line b.out '^Left em1: it is gone$'
	expect 0 -I em0
	net_link a em1 b em1
	net_wait_line b.out '^Joined on em1$'
	expect 0 -I em1
}

last_interface_vanishes_body() { # the only interface goes and comes again
	link -I em0
	net_in b ip link del em0
	net_wait_line b.out '^Left em0: it is gone$'
	net_link a em0 b em0
	net_wait_line b.out '^Joined on em0$'
	expect 0 -I em0
	ends b TERM 0
}

interface_renamed_body() { # an interface that is renamed is left and joined
	link
	net_in b ip link set em0 down
	net_in b ip link set em0 name wan0
	net_in b ip link set wan0 up
	net_ready b wan0
	net_wait_line b.out '^Joined on wan0$'
	expect 0 -I em0
	net_wait_line b.out "^Arrived datagram is 'HELLO' from .*%wan0"
}

never_joined_body() { # an interface that never was joined is not left
	two_hosts
	net_stubs b 1 if
	net_in b ip link set if1 mtu 1200 # no IPv6 below 1280
	net_listener b
	net_in b ip link del if1
	net_link a em1 b em1
	net_wait_line b.out '^Joined on em1$'
	listener_says '!^Left'
}

refused_again_body() { # a join that is refused again takes no descriptor
	two_hosts
	net_stubs b 1 if
	net_in b ip link set if1 mtu 1200
	taken b 28015 ::1 # and so the group is bound
	net_listener b
	before=$(ls "/proc/$(cat b.pid)/fd")
	for n in 1 2 3; do
		net_link a em$n b em$n
		net_wait_line b.out "^Joined on em$n\$"
		net_in b ip link del em$n
		net_wait_line b.out "^Left em$n: it is gone\$"
	done
	atf_check_equal "$before" "$(ls "/proc/$(cat b.pid)/fd")"
}

interface_down_body() { # an interface that was down is heard again
	link
	expect 0 -I em0
	net_in b ip link set em0 down
	expect 1 -N -I em0 -w 0.1
	net_in b ip link set em0 up
	net_ready b em0
	net_ready a em0
	expect 0 -I em0
}
