# cython: language_level=3, boundscheck=False, wraparound=False
"""One round of reading a UDP socket, in C: what the packet cache knows is sent at once, the rest is handed to Python.

It decides nothing. The tables are the packet cache's own dictionaries, filled by `sm_dns.serve.clients.packet_cache`, whose law (`form`,
`replay`) this follows to the byte; what is not there as it is, the packet cache is asked for: it counts TTLs down, and brings
over what only the older table has. Whatever is unusual counts as not known, an error too, which is noted. `recvmmsg`
and `sendmmsg` take a whole round in two system calls.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_GetItem
from cpython.object cimport PyObject
from libc.string cimport memcpy, memset

cdef extern from "<sys/socket.h>" nogil:
    ctypedef unsigned int socklen_t
    ctypedef unsigned short sa_family_t
    struct iovec:
        void *iov_base
        size_t iov_len
    struct msghdr:
        void *msg_name
        socklen_t msg_namelen
        iovec *msg_iov
        size_t msg_iovlen
        void *msg_control
        size_t msg_controllen
        int msg_flags
    struct mmsghdr:
        msghdr msg_hdr
        unsigned int msg_len
    struct timespec:
        pass
    int recvmmsg(int sockfd, mmsghdr *msgvec, unsigned int vlen, int flags, timespec *timeout)
    int sendmmsg(int sockfd, mmsghdr *msgvec, unsigned int vlen, int flags)
    int MSG_DONTWAIT

cdef extern from "<netinet/in.h>" nogil:
    struct in6_addr:
        pass
    struct sockaddr_in:
        sa_family_t sin_family
        unsigned short sin_port
        unsigned int sin_addr
    struct sockaddr_in6:
        sa_family_t sin6_family
        unsigned short sin6_port
        unsigned int sin6_flowinfo
        in6_addr sin6_addr
        unsigned int sin6_scope_id
    unsigned short ntohs(unsigned short netshort)

cdef enum:
    BATCH = 64
    MAX_DATAGRAM = 4096
    MAX_REPLY = 1300  # octets; the packet cache keeps none over 1232
    MAX_NAME = 255
    MIN_UDP = 512
    HEADER = 12
    QUESTION = 10  # where the question stands in a key and in what is kept, which have no ID
    OPT_SIZE = 11
    MAX_KEY = QUESTION + MAX_NAME + 4 + OPT_SIZE
    COOKIE = 10  # the EDNS option that most clients send (RFC 7873)

# How `packet_cache.form` ends where there is EDNS: 1232 octets offered, version 0, no options.
cdef unsigned char *USUAL_OPT = [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0]

cdef enum:
    # What became of a datagram: the packet cache was not asked for it, or does not know it, or a reply was written.
    NOT_ASKED
    NOT_KNOWN
    WRITTEN


cdef struct Asked:
    # A question as `packet_cache.form` knows it.
    unsigned char key[MAX_KEY]
    int key_size
    int end  # of the question in the datagram
    bint edns
    bint dnssec_ok
    int limit  # octets of a reply


cdef class Drain:
    """The buffers of one socket. `peers` maps raw client addresses to `Peer`; `note` is told of errors; `known` is the
    packet cache's."""

    cdef int fd
    cdef object note
    cdef object known
    cdef int received
    cdef readonly dict peers
    cdef readonly unsigned long hits
    cdef readonly unsigned long undelivered
    cdef mmsghdr incoming[BATCH]
    cdef mmsghdr outgoing[BATCH]
    cdef iovec incoming_parts[BATCH]
    cdef iovec outgoing_parts[BATCH]
    cdef sockaddr_in6 names[BATCH]
    cdef unsigned char questions[BATCH][MAX_DATAGRAM]
    cdef unsigned char replies[BATCH][MAX_REPLY]

    def __cinit__(self, int fd, note, known):
        cdef int at
        self.fd = fd
        self.note = note
        self.known = known
        self.peers = {}
        memset(self.incoming, 0, sizeof(self.incoming))
        memset(self.outgoing, 0, sizeof(self.outgoing))
        for at in range(BATCH):
            self.incoming_parts[at].iov_base = self.questions[at]
            self.incoming_parts[at].iov_len = MAX_DATAGRAM
            self.incoming[at].msg_hdr.msg_iov = &self.incoming_parts[at]
            self.incoming[at].msg_hdr.msg_iovlen = 1
            self.incoming[at].msg_hdr.msg_name = &self.names[at]
            self.outgoing_parts[at].iov_base = self.replies[at]
            self.outgoing[at].msg_hdr.msg_iov = &self.outgoing_parts[at]
            self.outgoing[at].msg_hdr.msg_iovlen = 1

    def receive(self):
        """Read a round; how many datagrams there were."""
        cdef int at
        for at in range(BATCH):
            self.incoming[at].msg_hdr.msg_namelen = sizeof(sockaddr_in6)
        self.received = max(recvmmsg(self.fd, self.incoming, BATCH, MSG_DONTWAIT, NULL), 0)
        return self.received

    def answer(self, double now, dict counts, bytes opt, int udp_size):
        """Answer of the round what is known at `now` and count it in `counts`; what is not known is given back.

        That is (message, raw address, port, whether the packet cache has nothing for it) for each. `opt` is our OPT record
        without options, `udp_size` the longest reply we send.
        """
        cdef int at, waiting = 0
        cdef list unknown = []
        cdef PyObject *peer
        cdef int found
        for at in range(self.received):
            raw = self.address(at)
            peer = PyDict_GetItem(self.peers, raw)
            try:
                found = NOT_ASKED
                if peer is not NULL:
                    found = self.replay(at, waiting, <object>peer, now, counts, opt, udp_size)
            except Exception as error:
                self.note(error)
            if found == WRITTEN:
                waiting += 1
            else:
                message = PyBytes_FromStringAndSize(<char *>self.questions[at], self.incoming[at].msg_len)
                unknown.append((message, raw, ntohs(self.names[at].sin6_port), found == NOT_KNOWN))
        self.received = 0
        self.send(waiting)
        return unknown

    cdef bytes address(self, int at):
        """4 octets of IPv4; 20 of IPv6: the address and its scope. The port stands at the same place in both."""
        if self.incoming[at].msg_hdr.msg_namelen == sizeof(sockaddr_in):
            return PyBytes_FromStringAndSize(<char *>&(<sockaddr_in *>&self.names[at]).sin_addr, 4)
        return PyBytes_FromStringAndSize(<char *>&self.names[at].sin6_addr, 20)

    cdef int replay(
        self, int at, int slot, object peer, double now, dict counts, bytes opt, int udp_size
    ) except -1:
        """Write the reply of a datagram into a slot if the packet cache knows it and the client's budget allows;
        whether."""
        cdef unsigned char *message = self.questions[at]
        cdef int size = self.incoming[at].msg_len
        cdef dict table = peer.table
        cdef Asked asked
        cdef PyObject *known
        cdef tuple kept
        if size <= HEADER or peer.budget.tokens < 1:
            return NOT_ASKED
        known = PyDict_GetItem(table, PyBytes_FromStringAndSize(<char *>message + 2, size - 2))
        if known is not NULL and now < <double>(<tuple>known)[1]:
            return self.write(at, slot, peer, <tuple>known, 0, counts, b"", MAX_REPLY)
        if not read_question(message, size, udp_size, &asked):
            return NOT_ASKED
        if asked.edns and not asked.dnssec_ok:
            asked.key[QUESTION - 1] = 0
            kept = self.kept(peer, &asked, asked.key_size - OPT_SIZE, now)
            if kept is not None and kept[3] is not None:
                return self.write(at, slot, peer, kept, asked.end - HEADER, counts, opt, asked.limit)
            asked.key[QUESTION - 1] = 1
        kept = self.kept(peer, &asked, asked.key_size, now)
        if kept is None:
            return NOT_KNOWN
        return self.write(at, slot, peer, kept, asked.end - HEADER, counts, b"", asked.limit)

    cdef tuple kept(self, object peer, Asked *asked, int size, double now):
        """What the packet cache keeps under so many octets of a form, as it is at `now`."""
        cdef bytes key = PyBytes_FromStringAndSize(<char *>asked.key, size)
        cdef PyObject *known = PyDict_GetItem(<dict>peer.table, key)
        if known is not NULL and now < <double>(<tuple>known)[1]:
            return <tuple>known
        return self.known(peer.tables, key, asked.end, now)

    cdef int write(
        self, int at, int slot, object peer, tuple known, int question, dict counts, bytes opt, int limit
    ) except -1:
        """Put together what is known, with so many octets of the question as it was asked, unless it is too long."""
        cdef bytes tail = <bytes>known[0]
        cdef char *kept = PyBytes_AS_STRING(tail)
        cdef Py_ssize_t kept_size = PyBytes_GET_SIZE(tail), opt_size = PyBytes_GET_SIZE(opt)
        cdef unsigned char *reply = self.replies[slot]
        cdef int begin = QUESTION + question
        if 2 + kept_size + opt_size > min(limit, <int>MAX_REPLY) or begin > kept_size:
            return NOT_ASKED
        memcpy(reply, self.questions[at], 2)
        memcpy(reply + 2, kept, QUESTION)
        if opt_size:
            reply[HEADER - 1] = 1
        memcpy(reply + HEADER, &self.questions[at][HEADER], question)
        memcpy(reply + HEADER + question, kept + begin, kept_size - begin)
        if known[4] is not None:
            turn(reply, kept, <tuple>known[4], self.questions[at][1])
        memcpy(reply + 2 + kept_size, PyBytes_AS_STRING(opt), opt_size)
        self.outgoing_parts[slot].iov_len = 2 + kept_size + opt_size
        self.outgoing[slot].msg_hdr.msg_name = &self.names[at]
        self.outgoing[slot].msg_hdr.msg_namelen = self.incoming[at].msg_hdr.msg_namelen
        peer.budget.tokens -= 1
        if known[2] is not None:
            key = (peer.address, known[2])
            counts[key] = counts.get(key, 0) + 1
        self.hits += 1
        return WRITTEN

    cdef void send(self, int waiting):
        """Send the slots; one that the kernel refuses is passed over."""
        cdef int at = 0, sent
        while at < waiting:
            sent = sendmmsg(self.fd, &self.outgoing[at], waiting - at, MSG_DONTWAIT)
            if sent <= 0:
                self.undelivered += 1
                sent = 1
            at += sent


cdef void turn(unsigned char *reply, char *kept, tuple turning, int by):
    """Put the addresses of a reply in the order of its ID, as `resolve.turning.turned` does."""
    cdef int at = <int>turning[0], size = <int>turning[1], count = <int>turning[2]
    cdef int first = by % count * size
    memcpy(reply + 2 + at, kept + at + first, count * size - first)
    memcpy(reply + 2 + at + count * size - first, kept + at, first)


cdef bint read_question(unsigned char *message, int size, int udp_size, Asked *asked) noexcept nogil:
    """Whether a datagram is a question that can be known under its form, and that form."""
    cdef int at = HEADER, end
    cdef unsigned char octet
    memcpy(asked.key, message + 2, QUESTION)
    while at < size and message[at]:
        if message[at] > 63:
            return False
        at += 1 + message[at]
    at += 1
    end = at + 4
    if end > size or at - HEADER > MAX_NAME:
        return False
    for at in range(HEADER, end):
        octet = message[at]
        # Only in the name: type and class are numbers, and HTTPS is 65, an "A".
        asked.key[at - 2] = octet + 32 if 65 <= octet <= 90 and at < end - 4 else octet
    asked.end = end
    asked.key_size = end - 2
    asked.edns = end < size
    asked.dnssec_ok = False
    asked.limit = min(<int>MIN_UDP, udp_size)
    return not asked.edns or read_opt(message + end, size - end, udp_size, asked)


cdef bint read_opt(unsigned char *opt, int size, int udp_size, Asked *asked) noexcept nogil:
    """Whether the rest of a datagram is an OPT record of version 0 with cookies at most (RFC 6891, RFC 7873)."""
    cdef int at = OPT_SIZE, length
    if asked.key[QUESTION - 2] or asked.key[QUESTION - 1] != 1:
        return False
    if size < OPT_SIZE or opt[0] or opt[1] or opt[2] != 41 or opt[6]:
        return False
    if OPT_SIZE + (opt[9] << 8 | opt[10]) != size:
        return False
    while at < size:
        if at + 4 > size or opt[at] or opt[at + 1] != COOKIE:
            return False
        length = opt[at + 2] << 8 | opt[at + 3]
        if length != 8 and not 16 <= length <= 40:
            return False
        at += 4 + length
    if at != size:
        return False
    asked.dnssec_ok = opt[7] & 0x80
    asked.limit = min(max(opt[3] << 8 | opt[4], <int>MIN_UDP), udp_size)
    memcpy(&asked.key[asked.key_size], USUAL_OPT, OPT_SIZE)
    asked.key[asked.key_size + 7] = opt[7] & 0x80
    asked.key_size += OPT_SIZE
    return True
