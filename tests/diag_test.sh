# shellcheck shell=sh
# shellcheck disable=SC2016,SC2034,SC2046,SC2154 # words are expanded late
# A real fault for every cause, and the name that the requester gives to it.
# Each case sees the same network healthy first, where it can be.

. "$(atf_get_srcdir)/net.sh"

# Not here, but in unit_test: Linux sends every size that -s takes.
NOT_ON_LINUX=too-long

# THIS HOST

fault no_interface no-interface link '' \
    'net_in a ip -6 route del ff00::/8 dev em0 table local' \
    '"^try: name one with -I:.* em0"'
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
net_case no_route_lo 'no-route: the loopback interface'
no_route_lo_body() {
	net_host a
	net_in a ip -6 route add local ff00::/8 dev lo table local
	net_listener a
	healthy -I lo
	net_in a ip -6 route del local ff00::/8 dev lo table local
	diagnosed no-route -I lo
	net_in a ip -6 route add multicast ff00::/8 dev lo table local
	diagnosed no-route -I lo -w 0.5
}

fault no_address_none no-address link '-I em0' \
    'net_in a ip -6 addr flush dev em0'

# For ever tentative: DAD asks 600 times, once a second.
fault no_address_tentative no-address link '-I em0' '
	net_in a ip link set em0 down
	net_conf a em0 accept_dad 1
	net_conf a em0 dad_transmits 600
	net_in a ip link set em0 up
	net_until tentative'

tentative() {
	net_in a ip -6 addr show dev em0 tentative | grep -q fe80
}

# ACCEPT_DAD: a has b's address, and DAD has found it.
duplicate_address() {
	net_conf a em0 accept_dad "$1"
	net_in a ip -6 addr flush dev em0
	net_in a ip -6 addr add "${B%\%*}/64" dev em0
	net_until dad_failed
}

dad_failed() {
	net_in a ip -6 addr show dev em0 dadfailed | grep -q fe80
}

fault no_address_duplicate no-address link '-I em0' 'duplicate_address 1'

# With accept_dad 2 the kernel switches IPv6 off where the MAC is another's.
fault down_duplicate down link '-I em0' '
	net_in a ip link set em0 down
	net_in a ip link set em0 address "$(mac b em0)"
	net_conf a em0 accept_dad 2
	net_in a ip link set em0 up
	net_until disabled'

# HOST IF
mac() {
	net_in "$1" ip -o link show "$2" | sed 's/.*ether \([^ ]*\).*/\1/'
}

disabled() {
	net_in a grep -q 1 /proc/sys/net/ipv6/conf/em0/disable_ipv6
}

net_case tentative 'an address that is tentative gets the time it needs'
tentative_body() {
	link
	healthy -I em0
	net_in a ip link set em0 down
	net_conf a em0 accept_dad 1
	net_in a ip link set em0 up
	net_until tentative
	healthy -I em0
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

# PORT: a program on a has it and does not share it.
port_taken() {
	net_start other a socat -u UDP6-RECV:"$1" STDOUT
	net_wait_port a "$1"
}

fault port_taken port-taken link '-I em0 -p 4567' 'port_taken 4567'

net_case port_taken_listener 'port-taken: the listener, too, and gives up'
port_taken_listener_body() {
	net_host a
	port_taken 28015
	diagnosed port-taken -l
}

fault filter_in_all filter-in link '-I em0' \
    'filter a input udp dport 1-65535 drop' \
    '"own copy looped back on em0: no$" "ff02::1: silent"'
fault filter_in_unicast filter-in link '-I em0 -u $B' \
    'filter a input meta l4proto udp drop'
fault filter_in_stateful filter-in link '-I em0' 'stateful a' '-p'
fault filter_in_stateful_unicast filter-in link '-I em0 -u $B' 'stateful a' \
    '"^checked: unicast to .*: answered"'
fault filter_in_ip6tables filter-in link '-I em0' '
	net_in a ip6tables -A INPUT -m conntrack \
	    --ctstate ESTABLISHED,RELATED -j ACCEPT
	net_in a ip6tables -A INPUT -p icmpv6 -j ACCEPT
	net_in a ip6tables -P INPUT DROP'

# What the try: line of filter-in says does help.
net_case filter_in_remedies 'a rule for the port on either side lets it in'
filter_in_remedies_body() {
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

net_case behind_filter_silent 'silent: a filter that lets answers in'
behind_filter_silent_body() {
	link
	accepts_listener
	healthy -I em0
	net_stop b
	diagnosed silent -I em0
}

net_case behind_filter_refused 'no-listener: a filter that lets answers in'
behind_filter_refused_body() {
	link
	accepts_listener
	healthy -I em0 -u "$B"
	net_stop b
	diagnosed no-listener -I em0 -u "$B"
}

# THE PATH

fault lossy lossy link '-I em0' \
    'filter b input udp dport 28015 numgen inc mod 1000 0 drop' \
    '"again: answered by .fe80"'
fault lossy_unicast lossy bridged '-I em0 -u $B' \
    'switch_filter forward ip6 daddr $GROUP numgen inc mod 1000 0 drop'
fault lossy_all_nodes lossy 'link -A ff02::1' '-A ff02::1 -I em0' \
    'filter b input udp dport 28015 numgen inc mod 1000 0 drop'

# GROUP CODE: no control, for no network carries it; beside it, one does.
scopes() {
	link
	healthy -I em0
	diagnosed "$2" -I em0 -A "$1"
}

net_case scope_interface 'scope-interface: ff11::/16'
scope_interface_body() { scopes ff11::1234 scope-interface; }
net_case scope_interface_wellknown 'scope-interface: ff01::/16'
scope_interface_wellknown_body() { scopes ff01::1234 scope-interface; }
net_case scope_reserved_0 'scope-reserved: ff10::/16'
scope_reserved_0_body() { scopes ff10::1234 scope-reserved; }
net_case scope_reserved_f 'scope-reserved: ff1f::/16'
scope_reserved_f_body() { scopes ff1f::1234 scope-reserved; }

net_case hop_limit_0 'hop-limit: 0'
hop_limit_0_body() {
	link
	healthy -I em0
	net_stop b
	diagnosed hop-limit -I em0 -H 0
	says '^try: -H 1$'
}

net_case wrong_interface 'wrong-interface: HELLO leaves on em1'
wrong_interface_body() {
	two_links
	healthy -I em0
	diagnosed wrong-interface -I em1
	says "on em0: answered by .${B%\%*}%em0" '^try: -I em0$'
	diagnosed wrong-interface -I em1 -u "$B" -w 0.5
}

net_case wrong_interface_default 'wrong-interface: the kernel chose em1'
wrong_interface_default_body() {
	two_links
	healthy
	net_in a ip -6 route del ff00::/8 dev em0 table local
	net_in a ip -6 route add multicast ff00::/8 dev em0 table local \
	    metric 9999
	diagnosed wrong-interface
	says '^try: -I em0$'
}

# A socket of ours that joins on em0 must not make that listener hear it.
net_case wrong_interface_own_listener 'wrong-interface: it is on this host'
wrong_interface_own_listener_body() {
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

net_case hop_limit_1 'hop-limit: a router'
hop_limit_1_body() { hops 1; }
net_case hop_limit_2 'hop-limit: two routers'
hop_limit_2_body() { hops 2; }
net_case hop_limit_3 'hop-limit: three routers'
hop_limit_3_body() { hops 3; }

net_case source_scope 'source-scope: a has a link-local address only'
source_scope_body() {
	routed 1 -A $WIDE
	multicast_routing
	healthy -I em0 -A $WIDE -H 2
	net_in a ip -6 addr del 2001:db8:0::1/64 dev em0
	diagnosed source-scope -I em0 -A $WIDE -H 2
}

# The MTU is one of the listener's link, too small for what arrives.
fault fragments_mtu fragments '
	net_host a
	net_host b
	net_link a em0 b em0
	net_in a ip link set em0 mtu 9000
	net_in b ip link set em0 mtu 9000
	net_listener b' '-I em0 -s 4000' \
    'net_in b ip link set em0 mtu 1500' '"without padding: answered" "-s"'
fault fragments_dropped fragments bridged '-I em0 -s 4000' \
    'switch_filter forward ip6 nexthdr 44 drop'
fault fragments_unicast fragments bridged '-I em0 -s 4000 -u $B' \
    'switch_filter forward ip6 nexthdr 44 drop'
fault fragments_back fragments bridged '-I em0 -s 4000' \
    'filter a prerouting exthdr frag exists drop'

fault snooping snooping bridged '-I em0' forgotten \
    '"again: silent" "ff02::1: answered" "joined again: answered" querier'
fault snooping_unicast snooping bridged '-I em0 -u $B' forgotten

fault snooping_mldv2 snooping bridged '-I em0' '
	net_in sw ip link set br0 type bridge mcast_mld_version 2
	forgotten'
fault snooping_large snooping bridged '-I em0 -s 3000 -c 3 -i 0 -w 0.3' \
    forgotten
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
    '"joined again: silent"'
fault not_joined_switch not-joined bridged '-I em0' \
    'switch_filter forward ip6 daddr $GROUP drop'
fault not_joined_unicast not-joined bridged '-I em0 -u $B' \
    'switch_filter forward ip6 daddr $GROUP drop'
fault not_joined_elsewhere not-joined '
	two_links
	net_link b em1 c em1' '-I em0' '
	listen_again -I em1'

fault not_joined_wide not-joined 'bridged -A $WIDE' '-I em0 -A $WIDE' \
    'switch_filter forward ip6 daddr $WIDE drop'

fault filter_multicast filter-multicast bridged '-I em0 -u $B' \
    'switch_filter forward ip6 daddr ff00::/8 meta l4proto udp drop' \
    '"looped back on em0: yes" "ff02::1: silent" "unicast to .* answered"'
fault filter_multicast_blind silent bridged '-I em0' \
    'switch_filter forward ip6 daddr ff00::/8 meta l4proto udp drop' '-u'

fault no_listener no-listener link '-I em0 -u $B' 'net_stop b' \
    '"unicast to .* refused"'
fault no_listener_blind silent link '-I em0' 'net_stop b' '"^try: .*-u"'
fault no_listener_but_own silent '
	link
	net_listener a -A ff12::1234' '-I em0' 'net_stop b'
fault other_port no-listener link '-I em0 -u $B' '
	listen_again -P 28016'
fault other_port_blind silent link '-I em0' '
	listen_again -P 28016'

fault filter_remote_port filter-remote link '-I em0 -u $B' \
    'filter b input udp dport 28015 drop' \
    '"closed port there: .*refused" "drops UDP port 28015"'
fault filter_remote_blind silent link '-I em0' \
    'filter b input udp dport 28015 drop'
fault filter_remote_reject filter-remote link '-I em0 -u $B' \
    'filter b input udp dport 28015 reject with icmpv6 type admin-prohibited' \
    '"unicast to .*denied" "rejects UDP port 28015"'
fault filter_remote_port_unreachable no-listener link '-I em0 -u $B' \
    'filter b input udp dport 28015 reject' '"^diagnosis: .*filter"'
fault filter_remote_udp filter-remote link '-I em0 -u $B' \
    'filter b input meta l4proto udp drop'
fault filter_remote_group filter-remote link '-I em0' \
    'filter b input ip6 daddr $GROUP drop'
fault filter_remote_group_unicast filter-remote link '-I em0 -u $B' \
    'filter b input ip6 daddr $GROUP drop'
fault filter_remote_stateful unreachable link '-I em0 -u $B' 'stateful b'
fault filter_remote_stateful_blind silent link '-I em0' 'stateful b'

fault answer_lost_dropped answer-lost bridged '-I em0' \
    'switch_filter forward udp sport 28015 ip6 daddr fe80::/10 drop' \
    '"ff02::1: silent" "ff02::1, answer to ff02::1 too: answered"'
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
	net_in b ip -6 neigh flush dev em0'
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

fault answer_lost_route answer-lost '
	link -A $WIDE
	net_addr a em0 2001:db8::1/64
	net_addr b em0 2001:db8::2/64' '-I em0 -A $WIDE' \
    'net_in b ip -6 addr del 2001:db8::2/64 dev em0' ENETUNREACH

net_case no_neighbour 'no-neighbour: an address that nobody has'
no_neighbour_body() {
	link
	healthy -I em0 -u "$B"
	net_stop b
	diagnosed no-neighbour -I em0 -u fe80::dead%em0
	says '^checked: (TCP to .*: No route to host|.* stay queued)'
}

fault no_neighbour_isolated no-neighbour bridged '-I em0 -u $B' '
	net_in sw bridge link set dev a-em0 isolated on
	net_in sw bridge link set dev b-em0 isolated on
	net_in a ip -6 neigh flush dev em0'
fault no_neighbour_isolated_blind silent bridged '-I em0' '
	net_in sw bridge link set dev a-em0 isolated on
	net_in sw bridge link set dev b-em0 isolated on'
fault no_neighbour_carrier no-neighbour link '-I em0 -u $B' \
    'net_in b ip link set em0 down'
fault no_neighbour_carrier_blind silent link '-I em0' \
    'net_in b ip link set em0 down'
fault no_neighbour_drops_all no-neighbour link '-I em0 -u $B' '
	filter b input drop
	net_in a ip -6 neigh flush dev em0'

fault unreachable_drops unreachable link '-I em0 -u $B' '
	filter b input icmpv6 type nd-neighbor-solicit accept
	filter b input drop'

net_case unreachable_route 'unreachable: no route to -u'
unreachable_route_body() {
	link
	healthy -I em0 -u "$B"
	net_stop b
	diagnosed unreachable -I em0 -u 2001:db8:dead::1
}

net_case no_neighbour_behind 'no-neighbour: on the link behind a router'
no_neighbour_behind_body() {
	routed 1 -A $WIDE
	multicast_routing
	healthy -I em0 -A $WIDE -H 2 -u "$B"
	net_in b ip link set em0 down
	diagnosed no-neighbour -I em0 -A $WIDE -H 2 -u "$B"
}

# COMMAND...: on the router, after which it sends nothing on.
router_fault() {
	code=$1
	shift
	routed 1 -A $WIDE
	multicast_routing
	healthy -I em0 -A $WIDE -H 2 -u "$B"
	filter r0 forward "$@"
	diagnosed "$code" -I em0 -A $WIDE -H 2 -u "$B"
}

net_case unreachable_router 'unreachable: the router drops all'
unreachable_router_body() { router_fault unreachable drop; }
net_case filter_remote_router 'filter-remote: the router rejects'
filter_remote_router_body() {
	router_fault filter-remote reject with icmpv6 type admin-prohibited
}

net_case not_routed 'not-routed: the router forwards no multicast'
not_routed_body() {
	routed 1 -A $WIDE
	multicast_routing
	healthy -I em0 -A $WIDE -H 2 -u "$B"
	net_stop r0
	diagnosed not-routed -I em0 -A $WIDE -H 2 -u "$B"
	says 'unicast to .*: answered' 'with hop limit 1: silent'
	diagnosed not-routed -I em0 -A $WIDE -u "$B" -w 0.5
	diagnosed silent -I em0 -A $WIDE -w 0.5
}

net_case not_routed_link_scope 'not-routed: a link-local group'
not_routed_link_scope_body() {
	routed 1
	net_in b "$MCAST6DBG" -A ff02::1 -I em0 >out 2>err ||
	    fail 'the listener is dead'
	diagnosed not-routed -I em0 -u "$B"
}

# SEVERAL HELLOS

net_case partial 'partial: one listener of two'
partial_body() {
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

# COMMAND...: run it once the requester has had 3 answers to its 16 HELLOs.
stopped_by() {
	net_start run a timeout 20 "$MCAST6DBG" -I em0 -c 16 -i 0.2 -w 0.5
	net_until answered_thrice
	"$@"
	net_wait run
	status=$?
	cp run.out out
	cp run.err err
	says '^diagnosis: stopped: ' '^try: '
	[ "$(grep -c '^diagnosis:' out)" -eq 1 ] || fail 'more than one cause'
	[ $status -eq 1 ] || fail "exit $status, not 1"
}

answered_thrice() {
	[ "$(grep -c "^Arrived datagram is 'WELCOME" run.out)" -ge 3 ]
}

net_case stopped_killed 'stopped: the listener dies in mid-run'
stopped_killed_body() {
	link
	healthy -I em0
	stopped_by net_stop b
	! grep -q '^note: ' out || fail 'a second cause that nothing proves'
}

net_case stopped_snooping 'stopped: a switch forgets in mid-run'
stopped_snooping_body() {
	bridged
	healthy -I em0
	stopped_by forgotten
	says '^note: snooping: '
}

net_case stopped_carrier 'stopped: the cable is out in mid-run'
stopped_carrier_body() {
	link
	healthy -I em0
	stopped_by net_in b ip link set em0 down
}

net_case down_meanwhile 'down: in mid-run'
down_meanwhile_body() {
	link
	healthy -I em0
	net_start run a timeout 20 "$MCAST6DBG" -I em0 -c 12 -i 0.2
	net_wait_line run.out "^Arrived datagram is 'WELCOME"
	net_in a ip link set em0 down
	net_wait run
	status=$?
	cp run.out out
	cp run.err err
	says '^diagnosis: down: '
	[ $status -eq 3 ] || fail "exit $status, not 3"
}

# NOTES

net_case duplicate 'duplicate: two listeners on a host'
duplicate_body() {
	link
	healthy -I em0 -c 3 -i 0.1
	! grep '^note:' out >&2 || fail 'a note in a healthy network'
	net_start second b "$MCAST6DBG" -l
	net_wait_line second.out '^Listening'
	healthy -I em0 -c 3 -i 0.1
	says '^note: duplicate: '
}

net_case duplicate_interfaces 'duplicate: two interfaces on the link'
duplicate_interfaces_body() {
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

net_case all_nodes 'all-nodes: both roles warn'
all_nodes_body() {
	link -A ff02::1
	healthy -I em0 -A ff02::1
	says '^note: all-nodes: '
	grep -q '^note: all-nodes: ' b.out || atf_fail 'the listener does not'
}

# OTHER LISTENERS

# ACTION: a and b on a switch, and that listener.
foreign() {
	bridged
	responder $GROUP "$1"
	healthy -I em0
}

net_case flom_snooping 'silent: an untagged answer proves nothing'
flom_snooping_body() {
	foreign bare
	forgotten
	diagnosed silent -I em0
	diagnosed silent -I em0 -u "$B" -w 0.5
}

# It ends after one answer.
net_case flom_once 'silent or lossy: the listener answers once'
flom_once_body() {
	foreign bare
	filter b input udp dport 28015 numgen inc mod 1000 0-1 drop
	responder $GROUP bare,quit
	diagnosed silent -I em0
}

net_case flom_lossy 'lossy: untagged, but only the group was out'
flom_lossy_body() {
	foreign bare
	filter b input udp dport 28015 numgen inc mod 1000 0 drop
	diagnosed lossy -I em0
}

net_case flom_filter 'filter-multicast: a FLoM listener by unicast'
flom_filter_body() {
	foreign bare
	switch_filter forward ip6 daddr ff00::/8 meta l4proto udp drop
	diagnosed filter-multicast -I em0 -u "$B"
}

net_case old_snooping 'not-joined: a listener that can not join again'
old_snooping_body() {
	foreign ok
	forgotten
	diagnosed not-joined -I em0
	diagnosed not-joined -I em0 -u "$B" -w 0.5
}

net_case old_answer_lost 'silent: a listener without answers by multicast'
old_answer_lost_body() {
	foreign ok
	all_forgotten
	diagnosed silent -I em0
}

# THE LISTENER

net_case join_refused 'join-refused: an interface with too small an MTU'
join_refused_body() {
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
	says '^diagnosis: no-interface: ' '^try: .* em0 em1'
}

net_case port_fallback 'port-taken: only the group can be bound'
port_fallback_body() {
	net_host a
	net_host b
	net_link a em0 b em0
	net_start other b socat -u UDP6-RECV:28015,bind="[::1]" STDOUT
	net_wait_port b 28015
	net_listener b -I em0
	listener_says '^note: port-taken: .*only multicast'
	healthy -I em0
}

net_case answer_failed 'answer-failed: the filter of the listener'
answer_failed_body() {
	link
	healthy -I em0
	filter b output udp sport 28015 drop
	diagnosed silent -I em0
	net_wait_line b.out '^note: answer-failed: .*not permitted'
	net_stop b
	listener_says ' [1-9][0-9]* answers failed$'
}

# ARGUMENT...: a listener on b that ends by itself.
listens_for_nothing() {
	$(net_at b) timeout 8 "$MCAST6DBG" -l -w 0.2 "$@" >b.out 2>b.err ||
	    atf_fail "exit $? of the listener"
}

net_case nothing_heard 'the listener heard nothing, and tells what it can'
nothing_heard_body() {
	link
	net_stop b
	listens_for_nothing
	listener_says '^note: silent: nothing was heard on ' \
	    'looped back on em0: yes'
	filter b input udp dport 28015 drop
	listens_for_nothing -I em0
	listener_says '^note: filter-in: ' "looped back on em0: .*group's port"
	filter b input udp dport 1-65535 drop
	listens_for_nothing -I em0
	listener_says '^note: filter-in: ' 'looped back on em0: no$'
}

# The requester's host rejects answers; the listener's second socket sees it.
net_case answer_rejected 'answer-failed: the filter of the requester'
answer_rejected_body() {
	link
	healthy -I em0
	filter a input udp sport 28015 reject with icmpv6 type admin-prohibited
	diagnosed filter-in -I em0
	net_wait_line b.out '^note: answer-failed: .*denied'
}

net_case no_diagnosis '-N: none'
no_diagnosis_body() {
	link
	net_stop b
	request -I em0 -N -w 0.2
	status=$?
	[ $status -eq 1 ] || fail "exit $status"
	! grep -E '^(diagnosis|checked|try):' out || fail 'a diagnosis'
	filter a output udp dport 28015 drop
	request -I em0 -N
	status=$?
	[ $status -eq 3 ] || fail "exit $status"
	! grep -E '^(diagnosis|checked|try):' out || fail 'a diagnosis'
}

net_case interrupted 'a signal ends the experiments, and nothing is claimed'
interrupted_body() {
	link
	healthy -I em0
	net_stop b
	net_start run a "$MCAST6DBG" -I em0 -w 0.2 -u fe80::dead%em0
	net_wait_line run.out '^No answer'
	net_stop run
	status=$?
	atf_check_equal 1 $status
	atf_check -s exit:1 -o empty grep '^diagnosis:' run.out
}

# LISTS

# Codes of the source's table, of the manual, and of the cases above.
atf_test_case codes
codes_head() {
	atf_set descr 'source, manual and tests know the same causes'
}
codes_body() {
	dir=$(atf_get_srcdir)
	sed -n '/causes\[\] = {/,/^};/s/^	{ "\([a-z-]*\)",.*/\1/p' \
	    "$dir/../mcast6dbg.c" | sort -u >source
	sed -n '/^\.Sh DIAGNOSTICS/,/^\.Sh SEE/s/^\.It Li \([a-z-]*\)$/\1/p' \
	    "$dir/../mcast6dbg.1" | sort -u >manual
	{
		echo $NOT_ON_LINUX
		sed -n "s/^fault [a-z0-9_]* \([a-z-]*\) .*/\1/p
		    s/.*diagnosed \([a-z-]*\) .*/\1/p
		    s/.*scopes [^ ]* \([a-z-]*\);.*/\1/p
		    s/.*'^\(note\|diagnosis\): \([a-z-]*\): .*/\2/p" \
		    "$dir/diag_test.sh"
	} | sort -u >tests
	atf_check test -s source
	atf_check diff source manual
	atf_check diff source tests
}
net_cases="$net_cases codes"
