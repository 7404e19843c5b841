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

net_case closed_loop "-i 0: the next HELLO as soon as the last is answered"
closed_loop_body() {
	link -q
	expect 0 -I em0 -c 1000 -i 0 -w 5
	has out "1000 sent, 1000 answered, 0.0% loss"
	rows out "$B 1000 0 0 0 0 0"
	atf_check_equal 2000 "$(grep -c '^[AS].* datagram is ' out)"
}

net_case closed_loop_lost "-i 0: the next HELLO as soon as one is given up"
closed_loop_lost_body() {
	two_hosts
	timed expect 1 -N -I em0 -c 3 -i 0 -w 0.1
	[ "$ms" -ge 300 ] || atf_fail "three waits within $ms ms"
	has out "3 sent, 0 answered, 100.0% loss"
	atf_check_equal 3 "$(grep -c '^No answer to .* within 0.1 s$' out)"
}

net_case interval "-i keeps the rate, and does not busy-wait for it"
interval_body() {
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

net_case size "-s: HELLO has that many bytes, and the padding comes back"
size_body() {
	link -x
	for size in 28 1000 65525; do
		expect 0 -I em0 -s $size
		net_wait_line b.out "^$(printf %08x $size)\$"
		! grep damaged out | grep -v ' 0 damaged' ||
		    atf_fail "padding of $size came back damaged"
	done
}

net_case tagged "more than one HELLO: tagged with one id, numbered from 1"
tagged_body() {
	link
	expect 0 -I em0 -c 3 -i 0
	sed -n "s/^Sent datagram is '\\([^']*\\)' .*/\\1/p" out >sent
	id=$(sed -n '1s/HELLO \([0-9a-f]\{8\}\) .*/\1/p' sent)
	atf_check -o inline:"HELLO $id 1 m\nHELLO $id 2 m\nHELLO $id 3 m\n" \
	    cat sent
}

net_case loss "loss to a tenth of a percent, and one line for each lost HELLO"
loss_body() {
	link -c 11
	expect 1 -N -I em0 -c 12 -i 0 -w 0.3
	has out "12 sent, 11 answered, 8.3% loss"
	atf_check_equal 1 "$(grep -c "^No answer to 'HELLO" out)"
	rows out "$B 11 1 0 0 0 0"
}

net_case times "round-trip times in order and not of another clock"
times_body() {
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

net_case marks_lines "-q: 60 marks to a line behind the elapsed seconds"
marks_lines_body() {
	link
	expect 0 -q -I em0 -c 61 -i 0.02 -w 5
	matches out '    0  !{60}' '    1  !'
	has out "61 sent, 61 answered, 0.0% loss"
	rows out "$B 61 0 0 0 0 0"
}

net_case marks_lost "-q: a dot for each lost HELLO, and no line"
marks_lost_body() {
	two_hosts
	expect 1 -N -q -I em0 -c 3 -i 0 -w 0.01
	atf_check -o inline:"    0  ...\n3 sent, 0 answered, 100.0% loss\n" \
	    cat out
}

net_case marks_at_once "-q: a mark shows as soon as its HELLO is answered"
marks_at_once_body() {
	link
	requester -q -I em0 -c 0 -i 1000
	shows a '^    0  !$'
	ends a INT 0
}

net_case control "-u: a unicast HELLO beside each, with a summary of its own"
control_body() {
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

net_case mark_u "-q -u: u where only unicast is answered"
mark_u_body() {
	control_filtered u 1 ip6 daddr ff00::/8
	! grep '^    0.*[um]!' a.out || atf_fail "marks out of order"
}
net_case mark_m "-q -u: m where only multicast is answered" \
    'control_filtered m 0 ip6 daddr fe80::/10'
net_case mark_none "-q -u: a dot where neither is answered"
mark_none_body() { control_filtered '\.' 1; }

net_case both_ways "-b: the answers to the group are counted, at ten a second"
both_ways_body() {
	link
	expect 0 -b -I em0 -c 45 -i 0.1
	has out "45 sent, 45 answered, 0.0% loss" \
	    "to the group: 45 sent, 45 answered, 0.0% loss"
	rows out "$B 45 0 0 0 0 0" "group $B 45 0 0 0 0 0"
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

net_case mark_out "-q -b: > where only the unicast answer comes"
mark_out_body() { one_way '>' '3 sent,' 'to the group: 3 sent,' $GROUP; }
net_case mark_back "-q -b: < where only the answer to the group comes"
mark_back_body() { one_way '<' 'to the group: 3 sent,' '3 sent,' fe80::/10; }

net_case partial "some answered, some not: partial"
partial_body() {
	responds ok none ok
	expect 1 -I em0 -c 4 -i 0.01 -w 0.3
	has out "4 sent, 3 answered, 25.0% loss"
	atf_check_equal 1 "$(grep -c '^diagnosis: ' out)"
	says '^diagnosis: partial: .*3 of 4'
}

net_case one_of_two_dead "loss is each listener's own, not summed"
one_of_two_dead_body() {
	two_listeners -c 5
	expect 0 -I em0 -c 20 -i 0.01 -w 0.5
	has out "20 sent, 20 answered, 0.0% loss"
	rows out "$B 20 0 0 0 0 0" "$C 5 15 0 0 0 0"
}

net_case both_must_answer "-n 2: a HELLO that one of two answers is lost"
both_must_answer_body() {
	two_listeners -c 5
	expect 1 -n 2 -I em0 -c 20 -i 0.01 -w 0.5
	has out "20 sent, 5 answered, 75.0% loss"
	rows out "$C 5 15 0 0 0 0"
	says '^diagnosis: (partial|stopped): '
}

net_case slower_listener "the last HELLO waits for all listeners that are known"
slower_listener_body() {
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

net_case some_never "-n 10, 7 answer: exit 1, and the 7 are named, sorted"
some_never_body() {
	many_answer 7
	expect 1 -n 10 -q -I em0 -w 0.5
	has out "    0  +" "1 sent, 0 answered, 100.0% loss" \
	    "7 of 10 listeners answered, 3 never"
	says '^diagnosis: partial: '
	rows_of 7
	atf_check sort -c table
}

net_case all_twelve "-n 12, 12 answer: exit 0 without the wait"
all_twelve_body() {
	many_answer 12
	expect 0 -n 12 -I em0 -w 1000
	has out "1 sent, 1 answered, 0.0% loss"
	rows_of 12
}

net_case thousand "1,000 addresses answer one HELLO and are told apart"
thousand_body() {
	many_answer 1000
	expect 0 -q -n 1000 -I em0 -w 20
	has out "1 sent, 1 answered, 0.0% loss"
	rows_of 1000
	expect 1 -q -n 1001 -I em0 -w 2
	rows_of 1000
}

net_case wide_table "a table within 80 columns, with the longest address too"
wide_table_body() {
	responds many/2001:db8:1111:2222:3333:4444:5555:6660/3
	net_any_source b
	net_addr a em0 2001:db8:1111:2222::1/64
	expect 0 -n 3 -I em0 -c 100 -i 0
	! sed -n '/^listener/,$p' out | grep -E '.{81}' || fail "too wide"
	has out 2001:db8:1111:2222:3333:4444:5555:6661
}

net_case duplicate "a second answer to one HELLO is a duplicate, and noted"
duplicate_body() {
	responds ok,ok ok
	expect 0 -I em0 -c 3 -i 0.01
	has out "3 sent, 3 answered, 0.0% loss"
	rows out "$B 3 0 1 0 0 0"
	says '^note: duplicate: '
}

net_case late "an answer after the wait is late: neither lost nor in time"
late_body() {
	responds hold held,ok ok
	expect 1 -N -I em0 -c 3 -i 0.5 -w 0.2
	has out "3 sent, 2 answered, 33.3% loss"
	rows out "$B 2 0 0 1 0 0"
}

net_case out_of_order "an older HELLO answered after a newer one"
out_of_order_body() {
	responds hold ok,held ok
	expect 0 -I em0 -c 3 -i 0.05 -w 10
	has out "3 sent, 3 answered, 0.0% loss"
	rows out "$B 3 0 0 0 1 0"
}

net_case damaged "an answer whose padding differs is damaged and no answer"
damaged_body() {
	responds damage cut longer ok
	expect 1 -N -I em0 -c 4 -i 0 -w 0.3 -s 100
	has out "4 sent, 1 answered, 75.0% loss"
	rows out "$B 1 3 0 0 0 3"
}

net_case foreign "an answer with another id, number or verb is foreign"
foreign_body() {
	responds id,seq,verb,ok
	expect 0 -I em0 -c 1 -s 100
	has out "1 sent, 1 answered, 0.0% loss" "3 foreign datagrams"
	rows out "$B 1 0 0 0 0 0"
	atf_check_equal 1 "$(wc -l <table)"
}

net_case send_fails_later "a HELLO that can't be sent in mid-run: exit 3"
send_fails_later_body() {
	link -q
	requester -q -I em0 -c 0 -i 0.02 -w 0.1
	shows a '!!!'
	net_in a ip link set em0 down
	net_wait_line a.err \
	    '^mcast6dbg: sendto \[ff12::8000:6db6%em0]:28015: Network is unre'
	ends a INT 3
	atf_check_equal 1 "$(wc -l <a.err)"
}

net_case error_own_line "-q: an error begins on a line of its own"
error_own_line_body() {
	link -q
	net_start a a sh -c 'exec "$0" -q -x -I em0 -c 0 -i 0.02 -w 0.1 2>&1' \
	    "$MCAST6DBG"
	net_wait_line a.out '^00000012$'
	net_in a ip link set em0 down
	net_wait_line a.out '^mcast6dbg: sendto '
	ends a INT 3
	! grep -E '[!.] *(mcast6dbg:|000000)' a.out || atf_fail "behind marks"
}

net_case catch_up "a requester that was stopped sends no burst to catch up"
catch_up_body() {
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

net_case memory "memory does not grow with the number of HELLOs"
memory_body() {
	link -q
	requester -q -I em0 -c 0 -i 0 -w 5
	progress 3000
	a=$(resident a) b=$(resident b)
	progress 20000
	[ "$(resident b)" -le $((b + 64)) ] || atf_fail "listener grew from $b"
	[ "$(resident a)" -le $((a + 64)) ] || atf_fail "requester grew from $a"
	ends a TERM 0
}

net_case interface_appears "an interface that appears is joined, and said"
interface_appears_body() {
	link
	net_link a em1 b em1
	net_wait_line b.out '^Joined on em1$'
	expect 0 -I em1
}

net_case interface_vanishes "an interface that goes is said, others go on"
interface_vanishes_body() {
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

net_case last_interface_vanishes "the only interface goes and comes again"
last_interface_vanishes_body() {
	link -I em0
	net_in b ip link del em0
	net_wait_line b.out '^Left em0: it is gone$'
	net_link a em0 b em0
	net_wait_line b.out '^Joined on em0$'
	expect 0 -I em0
	ends b TERM 0
}

net_case interface_renamed "an interface that is renamed is left and joined"
interface_renamed_body() {
	link
	net_in b ip link set em0 down
	net_in b ip link set em0 name wan0
	net_in b ip link set wan0 up
	net_ready b wan0
	net_wait_line b.out '^Joined on wan0$'
	expect 0 -I em0
	net_wait_line b.out "^Arrived datagram is 'HELLO' from .*%wan0"
}

net_case never_joined "an interface that never was joined is not left"
never_joined_body() {
	two_hosts
	net_stubs b 1 if
	net_in b ip link set if1 mtu 1200 # no IPv6 below 1280
	net_listener b
	net_in b ip link del if1
	net_link a em1 b em1
	net_wait_line b.out '^Joined on em1$'
	! grep '^Left' b.out || atf_fail "left"
}

net_case refused_again "a join that is refused again takes no descriptor"
refused_again_body() {
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

net_case interface_down "an interface that was down is heard again"
interface_down_body() {
	link
	expect 0 -I em0
	net_in b ip link set em0 down
	expect 1 -N -I em0 -w 0.1
	net_in b ip link set em0 up
	net_ready b em0
	net_ready a em0
	expect 0 -I em0
}
