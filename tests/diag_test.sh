# shellcheck shell=sh
# shellcheck disable=SC2016,SC2034,SC2046,SC2154 # words are expanded late
# A real fault for every cause, and the name that the requester gives to it.
# Each case sees the same network healthy first, where it can be.

. "$(atf_get_srcdir)/net.sh"

# Not here, but in unit_test: Linux sends every size that -s takes, takes no
# other interface's source, and nobody waits for the 260 s without a querier.
ELSEWHERE='too-long
source
no-querier'

# THIS HOST

fault no_interface no-interface link '' \
    'net_in a ip -6 route del ff00::/8 dev em0 table local' \
    '"^try: name one with -I:.* em0"'
fault no_interface_down no-interface two_links '' '
	net_in a ip link set em1 down
	net_in a ip -6 route del ff00::/8 dev em0 table local' \
    '"carrier: em1"'
fault no_interface_lo no-interface link '' 'net_in a ip link del em0'
fault no_interface_address no-interface link '' \
    'net_in a ip -6 addr flush dev em0'
fault down_link down link '-I em0' 'net_in a ip link set em0 down' \
    '"^checked: unicast connect\(\) on em0: fails" "^try: .* em0 up"'
fault down_zone down link '-A $GROUP%em0' 'net_in a ip link set em0 down'
fault down_disabled down link '-I em0' 'net_conf a em0 disable_ipv6 1' \
    'disable_ipv6=0'
fault no_route no-route link '-I em0' \
    'net_in a ip -6 route del ff00::/8 dev em0 table local' \
    '"^checked: unicast connect\(\) on em0: works" "^try: .*ff00::/8 dev em0"'
# lo carries multicast only where it has been told so.
no_route_lo_body() { # no-route: the loopback interface
	net_host a
	net_in a ip -6 route add local ff00::/8 dev lo table local
	net_listener a
	healthy -I lo
	net_in a ip -6 route del local ff00::/8 dev lo table local
	diagnosed no-route -I lo
	net_in a ip -6 route add multicast ff00::/8 dev lo table local
	diagnosed no-route -I lo -w 0.5
	diagnosed no-route -I lo -A ff01::1234 -w 0.5 # not its scope
}

fault no_address_none no-address link '-I em0' \
    'net_in a ip -6 addr flush dev em0'

fault no_address_tentative no-address link '-I em0' 'tentative 600'

# a has b's address, and DAD has found it.
fault no_address_duplicate no-address link '-I em0' '
	net_conf a em0 accept_dad 1
	net_in a ip -6 addr flush dev em0
	net_in a ip -6 addr add "${B%\%*}/64" dev em0
	net_until eval \
	    "net_in a ip -6 addr show dev em0 dadfailed | grep -q fe80"'

# With accept_dad 2 the kernel switches IPv6 off where the MAC is another's.
fault down_duplicate down link '-I em0' '
	net_in a ip link set em0 down
	net_in a ip link set em0 address "$(mac b em0)"
	net_conf a em0 accept_dad 2
	net_in a ip link set em0 up
	net_until net_in a grep 1 /proc/sys/net/ipv6/conf/em0/disable_ipv6'

# HOST IF
mac() {
	net_in "$1" ip -o link show "$2" | sed 's/.*ether \([^ ]*\).*/\1/'
}

tentative_body() { # an address that is tentative gets the time it needs
	link
	tentative 1
	healthy -I em0
}

# The control is not sent again with each HELLO that has no source yet.
tentative_control_body() { # one control with an address that is tentative
	link
	tentative 1
	healthy -I em0 -u "$B"
	says '^unicast: 1 sent, 1 answered, 0.0% loss' '!^note: duplicate'
}

gone_body() { # gone: the interface is destroyed in mid-run
	link
	healthy -I em0
	requester -I em0 -c 12 -i 0.2
	net_wait_line a.out '^Arrived'
	net_in a ip link del em0
	ended a 3
	says '^diagnosis: gone: .*em0' '^try: '
	says '!^(checked|diagnosis|try):.* dev [0-9]|link set [0-9]'
}

fault filter_out_drop filter-out link '-I em0' \
    'filter a output udp dport 28015 drop' 'try:.*28015'
fault filter_out_reject filter-out link '-I em0' \
    'filter a output ip6 daddr $GROUP reject'
fault filter_out_ip6tables filter-out link '-I em0 -u $B' \
    'net_in a ip6tables -A OUTPUT -d $GROUP -j DROP'
fault filter_out_prohibit filter-out link '-I em0' \
    '
	net_in a ip -6 rule add pref 2 lookup local
	net_in a ip -6 rule add pref 1 to ff12::/16 prohibit
	net_in a ip -6 rule del pref 0'

fault port_taken port-taken link '-I em0 -p 4567' 'taken a 4567'

fault filter_in_all filter-in link '-I em0' \
    'filter a input udp dport 1-65535 drop' \
    '"own copy looped back on em0: no$" "ff02::1: 0 of"'
fault filter_in_unicast filter-in link '-I em0 -u $B' \
    'filter a input meta l4proto udp drop'
fault filter_in_stateful filter-in link '-I em0' 'stateful a' '-p'
fault filter_in_stateful_unicast filter-in link '-I em0 -u $B' 'stateful a' \
    '"^checked: unicast to .*: [1-9].* answered by" "asks the group: 0 of"'

# A rule for multicast alone is harmless to WELCOME, and kind o knows that.
fault filter_in_harmless filter-multicast bridged '-I em0 -u $B' '
	filter a input ip6 daddr ff00::/8 meta l4proto udp drop
	switch_filter forward ip6 daddr ff00::/8 meta l4proto udp drop'
fault filter_in_harmless_snooping snooping bridged '-I em0 -u $B' '
	filter a input ip6 daddr ff00::/8 meta l4proto udp drop
	forgotten'
# And the other way round: own copies come, a WELCOME does not.
fault filter_in_unsolicited filter-in link '-I em0 -u $B' '
	filter a input ip6 daddr ff00::/8 accept
	stateful a' '"own copy looped back on em0: yes"'

# What the try: line of filter-in says does help.
filter_in_remedies_body() { # a rule for the port on either side lets it in
	link
	filter a input udp dport 4567 accept
	stateful a
	healthy -I em0 -p 4567
	diagnosed filter-in -I em0
	net_in a nft insert rule ip6 t input udp sport 28015 accept
	healthy -I em0
}

# The filter that lets the listener's port in has nothing to do with these.
accepts_listener() {
	filter a input udp sport 28015 accept
	stateful a
}

fault behind_filter_silent silent 'link; accepts_listener' '-I em0' 'net_stop b'

fault behind_filter_refused no-listener 'link; accepts_listener' \
    '-I em0 -u $B' 'net_stop b'

# THE PATH

fault lossy lossy link '-I em0' \
    'filter b input udp dport 28015 numgen inc mod 1000 0 drop' \
    '": ([0-9]+) of \1 answered by .fe80"'
fault lossy_unicast lossy bridged '-I em0 -u $B' \
    'switch_filter forward ip6 daddr $GROUP numgen inc mod 1000 0 drop'
fault lossy_all_nodes lossy 'link -A ff02::1' '-A ff02::1 -I em0' \
    'filter b input udp dport 28015 numgen inc mod 1000 0 drop'

# PERCENT ARGUMENT...: eight runs at once, with that much of the group lost.
# Many fail, and none of them names a cause that is none.
lossy_runs() {
	filter b input ip6 daddr $GROUP ip6 saddr != "${B%\%*}" \
	    numgen random mod 100 \< "$1" drop
	shift
	runs 8 -I em0 -w 0.2 "$@"
	runs_say 'lossy|silent'
}

# COUNT ARGUMENT...: so many runs on a at once, each with a tenth of a second
# more to wait than the one before if WAIT is set.
runs() {
	count=$1
	shift
	for n in $(seq "$count"); do
		net_start "run$n" a timeout 20 "$MCAST6DBG" \
		    ${longer:+-w $((n / 10)).$((n % 10))} "$@"
	done
}

# CODES: each run was answered, or has one of them.
runs_say() {
	for n in $(seq "$count"); do
		net_wait "run$n" && continue
		grep -Eq "^diagnosis: ($1): " "run$n.out" && continue
		cat "run$n.out" "run$n.err" >&2
		atf_fail "run $n: none of $1"
	done
}

lossy_random_body() { # lossy or silent: chance has no other name
	link
	healthy -I em0
	lossy_runs 75
}
lossy_random_unicast_body() { # lossy: the same with a unicast control
	link
	healthy -I em0
	lossy_runs 75 -u "$B"
}

# 40 runs, and the network changes when the last of them has no answer: 0 to
# 4 s into the experiments of the others.
changes() {
	longer=yes
	runs 40 -I em0
	net_wait_line run40.out '^No answer'
}

change_listener_body() { # a listener starts during the experiments
	link
	healthy -I em0
	net_stop b
	changes
	net_listener b
	runs_say 'no-listener|lossy|late'
}

change_switch_body() { # a switch is healed during the experiments
	bridged
	healthy -I em0
	switch_filter forward ip6 daddr ff00::/8 meta l4proto udp drop
	changes
	net_in sw nft flush ruleset
	runs_say 'filter-multicast|lossy|late'
}

# LATE

# Everything from b waits for a second behind 10,000 bytes on a slow cable.
slow() {
	net_in b tc qdisc add dev em0 root tbf rate 80kbit burst 2000 \
	    limit 100000
	head -c 1000 /dev/zero | net_in b "$RESPONDER" -s 10 0 "$(net_ll a \
	    em0)" em0 9
}

fault late late link '-I em0 -w 0.2' slow '"^diagnosis: late: .* ms"'

# A bare WELCOME has no tag, but the HELLO had none either.
late_bare_body() { # late: a listener that was busy
	link
	healthy -I em0
	net_kill b STOP
	requester -I em0 -w 0.2
	net_wait_line a.out '^No answer'
	net_kill b CONT
	ended a 1
	says '^diagnosis: late: '
	! grep -i flom out || fail 'it is our own listener'
}

# ADDRESSES

# The listener's host has a second address, and answers from that one.
second_prefix() {
	net_addr a em0 2001:db8::1/64
	net_in b ip -6 addr add 2001:db8::2/64 dev em0 nodad preferred_lft 0
	net_addr b em0 2001:db8::3/64
}

other_address_body() { # an answer from another address counts
	bridged
	second_prefix
	healthy -I em0 -u 2001:db8::2
	says '^unicast: 1 sent, 1 answered' '2001:db8::3'
}
fault other_address_snooping snooping '
	bridged
	second_prefix' '-I em0 -u 2001:db8::2' forgotten
fault other_address_filter filter-multicast '
	bridged
	second_prefix' '-I em0 -u 2001:db8::2' \
    'switch_filter forward ip6 daddr ff00::/8 meta l4proto udp drop'

# Another host answers the group; the one that was named is looked into.
other_host_body() { # other-host: the group is answered by another
	bridged
	healthy -I em0 -u "$B"
	net_host c
	net_plug sw c em0
	diagnosed no-listener -I em0 -u "$(net_ll c em0)%em0"
	says '^note: other-host: '
	diagnosed no-neighbour -I em0 -u fe80::dead%em0
	says '^note: other-host: '
}

# a's MAC, and so its link-local address, are b's.
cloned() {
	net_in a ip link set em0 down
	net_in a ip link set em0 address "$(mac b em0)"
	net_in a ip link set em0 up
	net_ready a em0
}

fault same_address answer-lost link '-I em0' cloned '"^note: same-address: "'

# Two interfaces with the same one: each has its own answers.
same_address_here_body() { # one address on two interfaces of this host
	two_links
	net_listener c
	net_in a ip link set em1 down
	net_in a ip link set em1 address "$(mac a em0)"
	net_in a ip link set em1 up
	net_ready a em1
	healthy -I em0
	says "^Sent datagram .* from fe80::[0-9a-f:]*%em0$"
	healthy -I em1
	says "^Sent datagram .* from fe80::[0-9a-f:]*%em1$"
}

# The listener's host has no way back to the address that the wide group is
# sent from: its default route leads elsewhere, or it drops what came in on
# another interface than an answer would leave by.
elsewhere() {
	net_stubs b 1 stub
	net_addr a em0 2001:db8:a::1/64
	net_addr b em0 2001:db8:b::1/64
	net_in b ip -6 route add default dev stub1
}

fault return_path return-path 'link -A $WIDE' '-I em0 -A $WIDE' elsewhere
fault return_path_filter return-path 'link -A $WIDE' '-I em0 -A $WIDE' '
	elsewhere
	filter b prerouting fib saddr . iif oif missing drop'
fault return_path_unicast return-path 'link -A $WIDE' \
    '-I em0 -A $WIDE -u $B' elsewhere

# The same network carries the default group.
fault scope_interface scope-interface link '-I em0 ${group:-}' \
    'group="-A ff11::1234"'
fault scope_interface_wellknown scope-interface link '-I em0 ${group:-}' \
    'group="-A ff01::1234"'
fault scope_reserved_0 scope-reserved link '-I em0 ${group:-}' \
    'group="-A ff10::1234"'
fault scope_reserved_f scope-reserved link '-I em0 ${group:-}' \
    'group="-A ff1f::1234"'
fault hop_limit_0 hop-limit link '-I em0 -H ${hops:-1}' '
	net_stop b
	hops=0' '"^try: -H 1$"'
wrong_interface_body() { # wrong-interface: HELLO leaves on em1
	two_links
	healthy -I em0
	diagnosed wrong-interface -I em1
	says "on em0: [1-9].* answered by .${B%\%*}%em0" '^try: -I em0$'
	diagnosed wrong-interface -I em1 -u "$B" -w 0.5
}

wrong_interface_default_body() { # wrong-interface: the kernel chose em1
	two_links
	healthy
	net_in a ip -6 route del ff00::/8 dev em0 table local
	net_in a ip -6 route add multicast ff00::/8 dev em0 table local \
	    metric 9999
	diagnosed wrong-interface
	says '^try: -I em0$'
}

# A socket of ours that joins on em0 must not make that listener hear it.
wrong_interface_own_listener_body() { # wrong-interface: it is on this host
	two_links
	net_stop b
	net_listener a -I em1
	healthy -I em1
	diagnosed wrong-interface -I em0
	says '^try: -I em1$'
}

# ROUTERS: the least hop limit is named.
hops() {
	routed "$1" -A $WIDE
	multicast_routing
	least=$(($1 + 1))
	healthy -I em0 -A $WIDE -H $least
	diagnosed hop-limit -I em0 -A $WIDE
	says "^try: -H $least$"
	diagnosed hop-limit -I em0 -A $WIDE -w 0.5 -u "$B"
	says "^try: -H $least$"
}

hop_limit_1_body() { hops 1; } # hop-limit: a router
hop_limit_2_body() { hops 2; } # hop-limit: two routers
hop_limit_3_body() { hops 3; } # hop-limit: three routers

fault source_scope source-scope gateway '-I em0 -A $WIDE -H 2' \
    'net_in a ip -6 addr del 2001:db8:0::1/64 dev em0'

# The MTU is one of the listener's link, too small for what arrives.
fault fragments_mtu fragments '
	net_host a
	net_host b
	net_link a em0 b em0
	net_in a ip link set em0 mtu 9000
	net_in b ip link set em0 mtu 9000
	net_listener b' '-I em0 -s 4000' \
    'net_in b ip link set em0 mtu 1500' '"without padding: [1-9]" "-s"'
fault fragments_dropped fragments bridged '-I em0 -s 4000' \
    'switch_filter forward ip6 nexthdr 44 drop'
fault fragments_unicast fragments bridged '-I em0 -s 4000 -u $B' \
    'switch_filter forward ip6 nexthdr 44 drop'
fault fragments_back fragments bridged '-I em0 -s 4000' \
    'filter a prerouting exthdr frag exists drop'

# Shorter than any IPv6 link's MTU: nothing was cut into fragments.
fault length length bridged '-I em0 -s 1100' \
    'switch_filter forward ip6 length gt 1000 drop'
fault length_unicast length bridged '-I em0 -s 1100 -u $B' \
    'switch_filter forward ip6 length gt 1000 drop'

fault snooping snooping bridged '-I em0' forgotten \
    '"$GROUP: 0 of" "ff02::1: [1-9]" "joined again: [1-9]"'
fault snooping_unicast snooping bridged '-I em0 -u $B' forgotten

fault snooping_mldv2 snooping bridged '-I em0' '
	net_in sw ip link set br0 type bridge mcast_mld_version 2
	forgotten'
fault snooping_large snooping bridged '-I em0 -s 3000 -c 3 -i 0 -w 0.3' \
    forgotten
fault snooping_fragments snooping bridged '-I em0 -s 4000' '
	forgotten
	switch_filter forward ip6 nexthdr 44 drop'

# a -- r0 -- sw -- b
routed_bridged() {
	routers=1
	net_host a
	net_host r0
	net_conf r0 all forwarding 1
	net_switch sw
	net_host b
	net_link a em0 r0 left
	net_plug sw r0 right
	net_plug sw b em0
	net_addr a em0 2001:db8::1/64
	net_addr r0 left 2001:db8::2/64
	net_addr r0 right 2001:db8:1::1/64
	net_addr b em0 2001:db8:1::2/64
	net_in a ip -6 route add default via 2001:db8::2
	net_in b ip -6 route add default via 2001:db8:1::1
	B=2001:db8:1::2
	net_listener b -A $WIDE
	multicast_routing
}

snooping_hops_body() { # snooping: behind a router, and the hop limit is 1
	routed_bridged
	healthy -I em0 -A $WIDE -H 2 -u $B
	net_until knows $WIDE
	forgetful
	net_until forgot $WIDE
	diagnosed snooping -I em0 -A $WIDE -u $B
}

fault snooping_two snooping '
	bridged
	net_in sw ip link set br0 type bridge mcast_mld_version 2
	net_host c
	net_plug sw c em0
	net_listener c' '-I em0 -n 2' forgotten
fault snooping_other_unicast snooping '
	bridged
	net_host c
	net_plug sw c em0
	net_start c c "$MCAST6DBG" -l -A ff12::1234
	net_wait_line c.out "^Listening"' \
    '-I em0 -u $(net_ll c em0)%em0' forgotten

# A second listener, here or elsewhere, that is on another group.
fault snooping_not_other_group snooping '
	bridged
	net_host c
	net_plug sw c em0
	net_listener c -A ff12::1234' '-I em0' forgotten
fault snooping_not_own_group snooping '
	bridged
	net_listener a -A ff12::1234' '-I em0' forgotten

fault other_group other-group link '-I em0' '
	listen_again -A ff12::1234' '"^try: -A ff12::1234"'

# The loop is lost, and that has nothing to do with it.
fault other_group_filter other-group link '' '
	listen_again -A ff12::1234
	filter a input ip6 daddr $GROUP drop'
fault other_group_unicast other-group link '-I em0 -u $B' '
	listen_again -A ff12::1234'

fault not_joined_reports not-joined bridged '-I em0' '
	forgotten
	switch_filter prerouting icmpv6 type \
	    "{ mld-listener-report, mld2-listener-report }" drop' \
    '"joined again: 0 of"'
fault not_joined_switch not-joined bridged '-I em0' \
    'switch_filter forward ip6 daddr $GROUP drop'
fault not_joined_unicast not-joined bridged '-I em0 -u $B' \
    'switch_filter forward ip6 daddr $GROUP drop'
fault not_joined_member not-joined '
	two_links
	net_link b em1 c em1' '-I em0' 'listen_again -I em1' '"!joined again"'
# A querier was heard, so nobody is told to enable one.
not_joined_querier_body() { # not-joined: there is a querier
	bridged
	asking
	healthy -I em0
	switch_filter forward ip6 daddr $GROUP drop
	diagnosed not-joined -I em0 -c 10 -i 0.2 -w 0.2
	says '^note: querier: ' '!^try:.*querier'
}

fault not_joined_wide not-joined 'bridged -A $WIDE' '-I em0 -A $WIDE' \
    'switch_filter forward ip6 daddr $WIDE drop'

fault filter_multicast filter-multicast bridged '-I em0 -u $B' \
    'switch_filter forward ip6 daddr ff00::/8 meta l4proto udp drop' \
    '"looped back on em0: yes" "ff02::1: 0 of" "unicast to .*: [1-9]"'
fault filter_multicast_found filter-multicast bridged '-I em0' \
    'switch_filter forward ip6 daddr ff00::/8 meta l4proto udp drop'

fault no_listener no-listener link '-I em0 -u $B' 'net_stop b' \
    '"unicast to .* refused"'
fault no_listener_echo no-listener link '-I em0' 'net_stop b' \
    '"ICMPv6 echo to ff02::1 on em0: answered by 1 host: "'

# The switch itself has no address.
no_host() {
	net_conf sw br0 disable_ipv6 1
}
fault no_listener_but_own no-listener '
	link
	net_listener a -A ff12::1234' '-I em0' 'net_stop b'
fault other_port no-listener link '-I em0 -u $B' '
	listen_again -P 28016'
fault other_port_echo no-listener link '-I em0' '
	listen_again -P 28016'

# The host's stack refuses a closed port, and does not answer on this one.
fault port_silent_filter port-silent link '-I em0 -u $B' \
    'filter b input udp dport 28015 drop' '"a closed port: [1-9].* refused"'
fault port_silent_filter_echo port-silent link '-I em0' \
    'filter b input udp dport 28015 drop'
fault port_silent_stopped port-silent link '-I em0 -u $B' 'net_kill b STOP'
fault port_silent_stopped_echo port-silent link '-I em0' 'net_kill b STOP'
fault port_silent_program port-silent link '-I em0 -u $B' \
    'responder $GROUP none'
fault port_silent_program_echo port-silent link '-I em0' \
    'responder $GROUP none'
fault port_silent_one_of_two port-silent '
	bridged
	net_host c
	net_plug sw c em0' '-I em0' 'net_kill b STOP'

fault filter_remote_reject filter-remote link '-I em0 -u $B' \
    'filter b input udp dport 28015 reject with icmpv6 type admin-prohibited' \
    '"unicast to .*denied"'
fault filter_remote_reject_echo filter-remote link '-I em0' \
    'filter b input udp dport 28015 reject with icmpv6 type admin-prohibited'
fault filter_remote_port_unreachable no-listener link '-I em0 -u $B' \
    'filter b input udp dport 28015 reject' '"^diagnosis: .*filter"'
# Where nothing listens and the ICMPv6 errors are lost it looks the same.
fault udp_mute silent link '-I em0 -u $B' \
    'filter b input meta l4proto udp drop' '"UDP is mute"'
fault filter_remote_group filter-remote link '-I em0' \
    'filter b input ip6 daddr $GROUP drop'
fault filter_remote_group_unicast filter-remote link '-I em0 -u $B' \
    'filter b input ip6 daddr $GROUP drop'
fault filter_remote_stateful filter-remote link '-I em0 -u $B' 'stateful b'

fault answer_lost_dropped answer-lost bridged '-I em0' \
    'switch_filter forward udp sport 28015 ip6 daddr fe80::/10 drop' \
    '"ff02::1: 0 of" "ff02::1, answer to ff02::1 too: [1-9]"'
fault answer_lost_forgotten answer-lost bridged '-I em0' all_forgotten
fault answer_lost_forgotten_unicast answer-lost bridged '-I em0 -u $B' \
    all_forgotten
fault answer_lost_two answer-lost '
	bridged
	net_host c
	net_plug sw c em0
	net_listener c -A ff12::1234' '-I em0' all_forgotten
fault answer_lost_not_own answer-lost '
	bridged
	net_listener a -A ff12::1234' '-I em0' all_forgotten
fault answer_lost_nd answer-lost link '-I em0' '
	filter a input icmpv6 type nd-neighbor-solicit drop
	net_in a ip -6 neigh flush dev em0
	net_in b ip -6 neigh flush dev em0'
fault answer_lost_but_group answer-lost link '-I em0' '
	filter a input icmpv6 type nd-neighbor-solicit drop
	filter a input udp sport 28015 ip6 daddr ff02::1 drop
	net_in a ip -6 neigh flush dev em0
	net_in b ip -6 neigh flush dev em0' \
    '"answer to the group too: [1-9]"'
fault answer_lost_there answer-lost link '-I em0' \
    'filter b output udp sport 28015 ip6 daddr fe80::/10 drop'
fault answer_lost_reported answer-lost '
	link
	net_addr a em0 2001:db8::1/64
	net_addr b em0 2001:db8::2/64' '-I em0 -u 2001:db8::2' \
    'filter b output udp sport 28015 ip6 daddr "{ fe80::/10, ff02::1 }" drop' \
    EPERM
fault answer_lost_address answer-lost '
	link
	net_addr a em0 2001:db8::1/64
	net_addr b em0 2001:db8::2/64' '-I em0 -u 2001:db8::2' \
    'net_in b ip -6 addr flush dev em0 scope link'

fault return_path_told return-path '
	link -A $WIDE
	net_addr a em0 2001:db8::1/64
	net_addr b em0 2001:db8::2/64' '-I em0 -A $WIDE' \
    'net_in b ip -6 addr del 2001:db8::2/64 dev em0' ENETUNREACH

# WHO IS ON THE LINK

echo_hosts_body() { # the hosts that answer an echo are named
	bridged
	no_host
	healthy -I em0
	for host in c d; do
		net_host $host
		net_plug sw $host em0
	done
	net_stop b
	diagnosed no-listener -I em0
	says 'echo to ff02::1 on em0: answered by 3 hosts: .*fe80:' \
	    '^diagnosis: .* 3 hosts'
}

# Our own reply is lost as well.
fault echo_filtered silent link '-I em0' '
	filter a input icmpv6 type echo-reply drop
	net_stop b'

# ARGUMENT...: a requester on a who may have no raw socket.
unprivileged() {
	$(net_at a) timeout 8 unshare -U "$MCAST6DBG" "$@" >out 2>err
	status=$?
	[ $status -eq 1 ] || fail "exit $status, not 1"
	[ ! -s err ] || fail errors
}

echo_unprivileged_body() { # silent: an ordinary user may not ask
	link
	healthy -I em0
	net_stop b
	unprivileged -I em0
	says '^diagnosis: silent: ' '^try: .*root' '^try: .*-u' '!ICMPv6'
}

echo_datagram_body() { # no-listener: an ordinary user who may ask
	link
	healthy -I em0
	net_stop b
	net_in a sh -c \
	    'echo 0 0 >/proc/sys/net/ipv4/ping_group_range'
	unprivileged -I em0
	says '^diagnosis: no-listener: ' 'answered by 1 host'
}

# The errors of the kernel get lost, here or there: a rule for UDP would look
# the same, and so nothing is said of one.
error_lost() {
	healthy -I em0 -u "$B"
	net_stop b
	expect 1 -I em0 -u "$B"
	says '^diagnosis: ' '!^diagnosis: (filter-remote|port-silent)'
}

error_lost_here_body() { # ICMPv6 errors are dropped here
	link
	filter a input icmpv6 type destination-unreachable drop
	error_lost
}
error_lost_there_body() { # ICMPv6 errors are dropped there
	link
	filter b output icmpv6 type destination-unreachable drop
	error_lost
}

fault no_neighbour no-neighbour link '-I em0 -u ${host:-$B}' '
	net_stop b
	host=fe80::dead%em0' \
    '"^checked: neighbour discovery of fe80::dead%em0: no answer"'

fault no_neighbour_isolated no-neighbour bridged '-I em0 -u $B' '
	no_host
	net_in sw bridge link set dev a-em0 isolated on
	net_in sw bridge link set dev b-em0 isolated on
	net_in a ip -6 neigh flush dev em0'
fault no_neighbour_isolated_echo no-neighbour bridged '-I em0' '
	no_host
	net_in sw bridge link set dev a-em0 isolated on
	net_in sw bridge link set dev b-em0 isolated on'
fault no_neighbour_carrier no-neighbour link '-I em0 -u $B' \
    'net_in b ip link set em0 down'
fault no_neighbour_carrier_echo no-neighbour link '-I em0' \
    'net_in b ip link set em0 down'
fault no_neighbour_drops_all no-neighbour link '-I em0 -u $B' '
	filter b input drop
	net_in a ip -6 neigh flush dev em0
	net_in b ip -6 neigh flush dev em0' # so that it asks for nobody

# It resolves, and that is all.
fault filter_remote_drops filter-remote link '-I em0 -u $B' '
	filter b input icmpv6 type nd-neighbor-solicit accept
	filter b input drop'

fault unreachable_route unreachable link '-I em0 -u ${host:-$B}' '
	net_stop b
	host=2001:db8:dead::1' \
    '"^unicast: 0 sent" "^checked: .*[Nn]etwork is unreachable"'

# Answered by the group, so nothing is wrong but the address that was given.
fault unreachable_answered unreachable link '-I em0 -u ${host:-$B}' \
    host=2001:db8:dead::1 '"^unicast: 0 sent" "!other-host" \
    "^checked: .*[Nn]etwork is unreachable"'

fault unreachable_behind unreachable gateway '-I em0 -A $WIDE -H 2 -u $B' \
    'net_in b ip link set em0 down' '"says so$"'
# The router that rejects is named, not the address that was asked.
fault filter_remote_router filter-remote gateway '-I em0 -A $WIDE -H 2 -u $B' \
    'filter r0 forward reject with icmpv6 type admin-prohibited' '2001:db8::2'
fault unreachable_router unreachable gateway '-I em0 -A $WIDE -H 2 -u $B' \
    'filter r0 forward drop'

not_routed_body() { # not-routed: the router forwards no multicast
	gateway
	healthy -I em0 -A $WIDE -H 2 -u "$B"
	net_stop r0
	diagnosed not-routed -I em0 -A $WIDE -H 2 -u "$B"
	says 'unicast to .*: [1-9]' 'with hop limit 1: 0 of'
	diagnosed not-routed -I em0 -A $WIDE -u "$B" -w 0.5
	diagnosed silent -I em0 -A $WIDE -w 0.5
}

not_routed_link_scope_body() { # not-routed: a link-local group
	routed 1
	net_in b "$MCAST6DBG" -A ff02::1 -I em0 >out 2>err ||
	    fail 'the listener is dead'
	diagnosed not-routed -I em0 -u "$B"
}

# SEVERAL HELLOS

partial_body() { # partial: one listener of two
	bridged
	net_host c
	net_plug sw c em0
	net_listener c
	healthy -I em0 -n 2
	net_stop c
	diagnosed partial -I em0 -n 2
}

fault partial_loss partial link '-I em0 -c 20 -i 0.02 -w 0.3' \
    'filter b input udp dport 28015 numgen inc mod 2 0 drop'

fault multicast_loss multicast-loss bridged \
    '-I em0 -c 40 -i 0.02 -w 0.3 -u $B' \
    'switch_filter forward ip6 daddr $GROUP numgen inc mod 2 0 drop'
fault multicast_loss_rate multicast-loss bridged \
    '-I em0 -c 40 -i 0.02 -w 0.3 -u $B' \
    'switch_filter forward ip6 daddr ff00::/8 limit rate over 5/second drop'
fault partial_not_multicast partial bridged \
    '-I em0 -c 40 -i 0.02 -w 0.3 -u $B' \
    'switch_filter forward udp dport 28015 numgen random mod 2 0 drop'

# Both ways: the answer to the group, or the one by unicast, is lost.
fault one_way_group one-way bridged '-I em0 -b' \
    'switch_filter forward iifname b-em0 ip6 daddr $GROUP drop'
fault one_way_unicast one-way bridged '-I em0 -b' \
    'switch_filter forward udp sport 28015 ip6 daddr fe80::/10 drop'
fault one_way_here one-way link '-I em0 -b' \
    'filter a input udp sport 28015 ip6 daddr $GROUP drop'

one_answer_body() { # one-answer: an untagged one, then silence
	link
	responder $GROUP bare
	healthy -I em0 -c 3 -i 0.1
	responder $GROUP bare,quit
	diagnosed one-answer -I em0 -c 3 -i 0.1 -w 0.2
	responder $GROUP bare,quit
	diagnosed one-answer -I em0 -c 3 -i 0.1 -w 0.2 -u "$B"
}

# COMMAND...: run it once the requester has had 3 answers to its 16 HELLOs.
meanwhile() {
	requester -I em0 -c 16 -i 0.2 -w 0.5
	net_until answered_thrice
	"$@"
	ended a 1
	[ "$(grep -c '^diagnosis:' out)" -eq 1 ] || fail 'not one cause'
}

answered_thrice() {
	[ "$(grep -c "^Arrived datagram is 'WELCOME" a.out)" -ge 3 ]
}

# NAME CODE NETWORK COMMAND: it stops, and that is why.
stopped_by() {
	net_case "$1" "$2: $4 in mid-run"
	eval "${1}_body() {
		$3
		healthy -I em0
		meanwhile $4
		says '^diagnosis: $2: ' '^note: stopped: ' '^try: '
	}"
}

stopped_by stopped_killed no-listener link 'net_stop b'
stopped_by stopped_suspended port-silent link 'net_kill b STOP'
stopped_by stopped_snooping snooping bridged forgotten
stopped_by stopped_carrier no-neighbour link 'net_in b ip link set em0 down'
stopped_by stopped_switch not-joined bridged \
    'switch_filter forward ip6 daddr $GROUP drop'

# Nothing says why; and after a second no switch has forgotten anything.
stopped_body() { # stopped: all that is known
	link
	net_conf a em0 accept_dad 0
	healthy -I em0
	meanwhile dumb
	says '^diagnosis: stopped: ' '^try: '
	! grep '^try:' out | head -n 1 | grep -i querier ||
	    fail 'MLD snooping after a second'
}

# The listener has gone, and its host tells nobody.
dumb() {
	filter b output icmpv6 type \
	    '{ echo-reply, destination-unreachable }' drop
	filter b input icmpv6 type echo-request drop
	net_stop b
}

paused_body() { # partial: the listener is stopped, and goes on
	link
	healthy -I em0
	meanwhile pause
	says '^diagnosis: (partial|late): '
}

pause() {
	net_kill b STOP
	net_wait_line a.out '^No answer'
	net_kill b CONT
}

down_meanwhile_body() { # down: in mid-run
	link
	healthy -I em0
	requester -I em0 -c 12 -i 0.2
	net_wait_line a.out '^Arrived'
	net_in a ip link set em0 down
	ended a 3
	says '^diagnosis: down: '
}

# NOTES

duplicate_interfaces_body() { # duplicate: two interfaces on the link
	net_switch sw
	net_host a
	net_host b
	net_plug sw a em0
	net_plug sw b em0
	net_plug sw b em1
	net_addr a em0 2001:db8::1/64
	net_addr b em0 2001:db8::2/64
	net_listener b -A $WIDE
	healthy -I em0 -A $WIDE -c 3 -i 0.1
	says '^note: duplicate: '
}

# The switch asks for members every second.
asking() {
	net_in sw ip link set br0 type bridge mcast_query_interval 100 \
	    mcast_startup_query_interval 25 mcast_querier 1
}

querier_body() { # querier: both roles name it
	bridged
	listener_says '!^note: querier'
	asking
	healthy -I em0 -c 10 -i 0.2
	says '^note: querier: \[fe80:.*%em0\]'
	net_stop b
	listener_says '^note: querier: \[fe80:.*%em0\]'
}

querier_none_body() { # no querier note without one, and none too early
	bridged
	healthy -I em0 -c 10 -i 0.2
	net_stop b
	! grep -E '^note: (no-)?querier' out b.out || fail 'a note'
}

# Unicast leaves on em1, as behind a VPN; a program that names no interface
# sends its multicast on em0.
default_interface_body() { # default-interface: multicast and unicast differ
	two_links
	net_addr a em1 2001:db8:1::1/64
	net_addr a em0 2001:db8::1/64
	net_in a ip -6 route add default via "$(net_ll c em0)" dev em1
	net_in a ip -6 route add multicast ff00::/8 dev em1 table local metric 9
	healthy -t -w 0.3
	says '!^note:'
	net_in a ip -6 route add multicast ff00::/8 dev em0 table local metric 1
	healthy -t -w 0.3
	says '^note: default-interface: .* em0 .*, unicast on em1$' '^try: '
}

# OTHER LISTENERS

# An untagged answer proves nothing.
fault flom_snooping silent 'bridged; responder $GROUP bare' '-I em0' forgotten
fault flom_snooping_unicast silent 'bridged; responder $GROUP bare' \
    '-I em0 -u $B' forgotten

flom_once_body() { # silent: the listener answers once, and ends
	bridged
	responder $GROUP bare
	healthy -I em0
	filter b input udp dport 28015 numgen inc mod 1000 0-1 drop
	responder $GROUP bare,quit
	diagnosed silent -I em0
}

# Untagged, but only the group was out.
fault flom_lossy lossy 'bridged; responder $GROUP bare' '-I em0' \
    'filter b input udp dport 28015 numgen inc mod 1000 0 drop'

fault flom_filter filter-multicast 'bridged; responder $GROUP bare' \
    '-I em0 -u $B' \
    'switch_filter forward ip6 daddr ff00::/8 meta l4proto udp drop'

# A listener that can not join again, nor answer by multicast.
fault old_snooping not-joined 'bridged; responder $GROUP ok' '-I em0' forgotten
fault old_snooping_unicast not-joined 'bridged; responder $GROUP ok' \
    '-I em0 -u $B' forgotten

fault old_answer_lost silent 'bridged; responder $GROUP ok' '-I em0' \
    all_forgotten

# THE LISTENER

join_refused_body() { # join-refused: an interface with too small an MTU
	net_host a
	net_host b
	net_link a em0 b em0
	net_link a em1 b em1
	net_in b ip link set em1 mtu 1000
	net_listener b
	listener_says '^note: join-refused: em1: ' 'joined on .*em0$'
	healthy -I em0
	net_stop b
	$(net_at b) timeout 8 "$MCAST6DBG" -l -I em1 >out 2>err
	[ $? -eq 3 ] || fail 'not refused'
	says '^diagnosis: no-interface: ' '^try: .* em0' '!down: '
}

answer_failed_body() { # answer-failed: the filter of the listener
	link
	healthy -I em0
	filter b output udp sport 28015 drop
	diagnosed port-silent -I em0
	net_wait_line b.out '^note: answer-failed: .*not permitted'
	net_stop b
	listener_says ' [1-9][0-9]* answers failed$'
}

# The requester's host rejects answers; the listener's second socket sees it.
answer_rejected_body() { # answer-failed: the filter of the requester
	link
	healthy -I em0
	filter a input udp sport 28015 reject with icmpv6 type admin-prohibited
	diagnosed filter-in -I em0
	net_wait_line b.out '^note: answer-failed: .*rejected by'
}

no_diagnosis_body() { # -N: none
	link
	net_stop b
	expect 1 -I em0 -N -w 0.2
	says '!^(diagnosis|checked|try):'
	filter a output udp dport 28015 drop
	request -I em0 -N
	status=$?
	[ $status -eq 3 ] || fail "exit $status"
	says '!^(diagnosis|checked|try):'
}

interrupted_body() { # a signal ends the experiments, and nothing is claimed
	link
	healthy -I em0
	net_stop b
	requester -I em0 -w 0.2 -u fe80::dead%em0
	net_wait_line a.out '^No answer'
	net_kill a TERM
	ended a 1
	says 'not diagnosed' '!^diagnosis:'
}

# A HELLO that is still out counts nowhere.
interrupted_numbers_body() { # the numbers of a run that was interrupted
	link
	requester -I em0 -c 0 -i 0.1 -u "$B" -w 5
	net_until answered_thrice
	net_kill b STOP
	count=$(grep -c '^Sent' a.out)
	net_until eval '[ "$(grep -c ^Sent a.out)" -ge $((count + 6)) ]'
	net_kill a INT
	ended a 0
	answered=$(sed -n 's/^\([0-9]*\) sent, .*/\1/p' out)
	says "^$answered sent, $answered answered, 0.0% loss" \
	    '^unicast: [0-9]* sent, [0-9]* answered, 0.0% loss'
}

# LISTS

# Codes of the manual, and of the cases of all programs.
codes_body() { # manual and tests know the same causes
	dir=$(atf_get_srcdir)
	sed -n '/^\.Sh DIAGNOSTICS/,/^\.Sh SEE/s/^\.It Li \([a-z-]*\)$/\1/p' \
	    "$dir/../mcast6dbg.1" | sort -u >manual
	{
		echo "$ELSEWHERE"
		sed -n "/^fault.*\^note: /s/.*\^note: \([a-z-]*\): .*/\1/p
		    s/^fault [a-z0-9_]* \([a-z-]*\) .*/\1/p
		    s/^errno [A-Z]* \([a-z-]*\)$/\1/p
		    s/^stopped_by [a-z0-9_]* \([a-z-]*\) .*/\1/p
		    s/.*diagnosed \([a-z-]*\) .*/\1/p
		    s/.*[\"']^\(note\|diagnosis\): \([a-z-]*\): .*/\2/p" \
		    "$dir"/*_test.sh
	} | sort -u >tests
	atf_check test -s manual
	atf_check diff manual tests
}
