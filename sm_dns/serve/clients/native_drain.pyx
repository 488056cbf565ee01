# cython: language_level=3, boundscheck=False, wraparound=False
"""One round of reading a UDP socket, in C: what the packet cache knows is sent at once, the rest is handed to Python.

It decides nothing. The tables are the packet cache's own dictionaries; the law of their keys is that of `cache_key`,
which this follows to the byte with the numbers that it is handed. For what is not there as it is, the packet cache is
asked: it counts TTLs down, and brings over what only the older table has. Whatever is unusual counts as not asked, an
error too, which is noted. `recvmmsg` and `sendmmsg` take a whole round in two system calls. On a wildcard address a
reply takes along the control data of its question, by which it leaves from the address that was asked.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_GetItem
from cpython.object cimport PyObject
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy

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
    struct cmsghdr:
        size_t cmsg_len
        int cmsg_level
        int cmsg_type
    struct timespec:
        pass
    unsigned char *CMSG_DATA(cmsghdr *cmsg)
    size_t CMSG_SPACE(size_t length)
    size_t CMSG_LEN(size_t length)
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
    # Octets, as RFC 1035 and RFC 6891 have them.
    MAX_LABEL = 63
    MAX_NAME = 255
    MIN_UDP = 512
    HEADER = 12
    OPT_SIZE = 11
    TYPE_OPT = 41
    # The EDNS option that most clients send (RFC 7873).
    COOKIE = 10
    # Where the question stands in a key and in what is kept, which have no ID.
    QUESTION = HEADER - 2
    MAX_KEY = QUESTION + MAX_NAME + 4 + OPT_SIZE

cdef enum:
    # What became of a datagram: the packet cache was not asked for it, and nothing was charged; the client was charged
    # for it and the packet cache knows nothing; or a reply was written.
    NOT_ASKED
    NOT_KNOWN
    WRITTEN


cdef struct Key:
    # A question by the law of `cache_key`.
    unsigned char octets[MAX_KEY]
    int size
    int end  # of the question in the datagram
    bint edns
    bint dnssec_ok
    int limit  # octets of a reply


cdef class Drain:
    """The buffers of one socket: `batch` datagrams of `max_datagram` octets in a round, replies of `max_reply`.

    `clients` maps raw addresses to `Client`; `note` is told of errors; `find` is the packet cache's `entry`; `usual_opt`
    is how a key ends where there is EDNS. `pktinfo`: of a wildcard address the level, the kind and the octets of what
    the kernel tells of where a datagram arrived; None for any other.
    """

    cdef int fd
    cdef object note
    cdef object find
    cdef int batch
    cdef int max_datagram
    cdef int max_reply
    cdef int received
    cdef readonly dict clients
    cdef readonly unsigned long replayed
    cdef readonly unsigned long undelivered
    cdef unsigned char usual_opt[OPT_SIZE]
    cdef mmsghdr *incoming
    cdef mmsghdr *outgoing
    cdef iovec *incoming_parts
    cdef iovec *outgoing_parts
    cdef sockaddr_in6 *names
    cdef unsigned char *questions
    cdef unsigned char *replies
    cdef int pktinfo_level
    cdef int pktinfo_kind
    cdef size_t pktinfo_size
    cdef size_t control_room
    cdef unsigned char *controls

    def __cinit__(
        self, int fd, note, find, int batch, int max_datagram, int max_reply, bytes usual_opt, tuple pktinfo=None
    ):
        cdef int at
        if len(usual_opt) != OPT_SIZE:
            raise ValueError("an OPT record with options")
        self.fd = fd
        self.note = note
        self.find = find
        self.batch = batch
        self.max_datagram = max_datagram
        self.max_reply = max_reply
        self.clients = {}
        memcpy(self.usual_opt, PyBytes_AS_STRING(usual_opt), OPT_SIZE)
        self.incoming = <mmsghdr *>room(batch, sizeof(mmsghdr))
        self.outgoing = <mmsghdr *>room(batch, sizeof(mmsghdr))
        self.incoming_parts = <iovec *>room(batch, sizeof(iovec))
        self.outgoing_parts = <iovec *>room(batch, sizeof(iovec))
        self.names = <sockaddr_in6 *>room(batch, sizeof(sockaddr_in6))
        self.questions = <unsigned char *>room(batch, max_datagram)
        self.replies = <unsigned char *>room(batch, max_reply)
        if pktinfo is not None:
            self.pktinfo_level, self.pktinfo_kind, self.pktinfo_size = pktinfo
            self.control_room = CMSG_SPACE(self.pktinfo_size)
            self.controls = <unsigned char *>room(batch, self.control_room)
        for at in range(batch):
            self.incoming_parts[at].iov_base = self.question(at)
            self.incoming_parts[at].iov_len = max_datagram
            self.incoming[at].msg_hdr.msg_iov = &self.incoming_parts[at]
            self.incoming[at].msg_hdr.msg_iovlen = 1
            self.incoming[at].msg_hdr.msg_name = &self.names[at]
            if self.control_room:
                self.incoming[at].msg_hdr.msg_control = self.controls + at * self.control_room
            self.outgoing_parts[at].iov_base = self.reply(at)
            self.outgoing[at].msg_hdr.msg_iov = &self.outgoing_parts[at]
            self.outgoing[at].msg_hdr.msg_iovlen = 1

    def __dealloc__(self):
        free(self.incoming)
        free(self.outgoing)
        free(self.incoming_parts)
        free(self.outgoing_parts)
        free(self.names)
        free(self.questions)
        free(self.replies)
        free(self.controls)

    cdef inline unsigned char *question(self, int at) noexcept nogil:
        return self.questions + <Py_ssize_t>at * self.max_datagram

    cdef inline unsigned char *reply(self, int at) noexcept nogil:
        return self.replies + <Py_ssize_t>at * self.max_reply

    def receive(self):
        """Read a round; how many datagrams there were."""
        cdef int at
        for at in range(self.batch):
            self.incoming[at].msg_hdr.msg_namelen = sizeof(sockaddr_in6)
            self.incoming[at].msg_hdr.msg_controllen = self.control_room
        self.received = max(recvmmsg(self.fd, self.incoming, self.batch, MSG_DONTWAIT, NULL), 0)
        return self.received

    def answer(self, double now, dict counts, bytes opt, int udp_size):
        """Answer of the round what is known at `now` and count it in `counts`; what is not known is given back.

        That is (message, raw address, port, whether its client was charged for it and the packet cache has nothing,
        what the kernel told of where it arrived) for each. `opt` is our OPT record without options, `udp_size` the longest reply we send.
        """
        cdef int at, waiting = 0
        cdef list unanswered = []
        cdef PyObject *client
        cdef int found
        for at in range(self.received):
            raw = self.address(at)
            client = PyDict_GetItem(self.clients, raw)
            try:
                found = NOT_ASKED
                if client is not NULL:
                    found = self.replay(at, waiting, <object>client, now, counts, opt, udp_size)
            except Exception as error:
                self.note(error)
            if found == WRITTEN:
                waiting += 1
            else:
                message = PyBytes_FromStringAndSize(<char *>self.question(at), self.incoming[at].msg_len)
                port = ntohs(self.names[at].sin6_port)
                unanswered.append((message, raw, port, found == NOT_KNOWN, self.arrival(at)))
        self.received = 0
        self.send(waiting)
        return unanswered

    cdef bytes address(self, int at):
        """4 octets of IPv4; 20 of IPv6: the address and its scope. The port stands at the same place in both."""
        if self.incoming[at].msg_hdr.msg_namelen == sizeof(sockaddr_in):
            return PyBytes_FromStringAndSize(<char *>&(<sockaddr_in *>&self.names[at]).sin_addr, 4)
        return PyBytes_FromStringAndSize(<char *>&self.names[at].sin6_addr, 20)

    cdef cmsghdr *pktinfo(self, int at) noexcept nogil:
        """The control data of a datagram, where that is what was asked for: there is room for one thing."""
        cdef msghdr *header = &self.incoming[at].msg_hdr
        cdef cmsghdr *control = <cmsghdr *>header.msg_control
        if self.control_room == 0 or header.msg_controllen < CMSG_LEN(self.pktinfo_size):
            return NULL
        if control.cmsg_level != self.pktinfo_level or control.cmsg_type != self.pktinfo_kind:
            return NULL
        return control

    cdef bytes arrival(self, int at):
        """What the kernel told of where a datagram arrived; nothing where it did not."""
        cdef cmsghdr *control = self.pktinfo(at)
        if control is NULL:
            return b""
        return PyBytes_FromStringAndSize(<char *>CMSG_DATA(control), self.pktinfo_size)

    cdef int replay(
        self, int at, int slot, object client, double now, dict counts, bytes opt, int udp_size
    ) except -1:
        """Write the reply of a datagram into a slot if the packet cache knows it and the client's budget allows;
        what became of it."""
        cdef unsigned char *message = self.question(at)
        cdef int size = self.incoming[at].msg_len
        cdef bytes octets
        cdef Key key
        cdef PyObject *known
        cdef tuple entry
        if size <= HEADER or client.budget.tokens < 1:
            return NOT_ASKED
        octets = PyBytes_FromStringAndSize(<char *>message + 2, size - 2)
        known = kept_in(client, octets)
        if known is not NULL and now < <double>(<tuple>known)[1]:
            return self.write(at, slot, client, <tuple>known, 0, counts, b"", self.max_reply)
        if not self.read_question(message, size, udp_size, &key):
            return NOT_ASKED
        if key.edns and not key.dnssec_ok:
            key.octets[QUESTION - 1] = 0
            entry = self.entry(client, &key, key.size - OPT_SIZE, now)
            if entry is not None and entry[3] is not None:
                return self.write(at, slot, client, entry, key.end - HEADER, counts, opt, key.limit)
            key.octets[QUESTION - 1] = 1
        entry = self.entry(client, &key, key.size, now)
        if entry is None:
            client.budget.tokens -= 1
            return NOT_KNOWN
        return self.write(at, slot, client, entry, key.end - HEADER, counts, b"", key.limit)

    cdef tuple entry(self, object client, Key *key, int size, double now):
        """What the packet cache keeps under so many octets of a key, as it is at `now`."""
        cdef bytes octets = PyBytes_FromStringAndSize(<char *>key.octets, size)
        cdef PyObject *known = kept_in(client, octets)
        if known is not NULL and now < <double>(<tuple>known)[1]:
            return <tuple>known
        return self.find(client.tables, octets, key.end, now)

    cdef int write(
        self, int at, int slot, object client, tuple entry, int question, dict counts, bytes opt, int limit
    ) except -1:
        """Put together what is known, with so many octets of the question as it was asked, unless it is too long."""
        cdef bytes tail = <bytes>entry[0]
        cdef char *kept = PyBytes_AS_STRING(tail)
        cdef Py_ssize_t kept_size = PyBytes_GET_SIZE(tail), opt_size = PyBytes_GET_SIZE(opt)
        cdef unsigned char *message = self.question(at)
        cdef unsigned char *reply = self.reply(slot)
        cdef int begin = QUESTION + question
        if 2 + kept_size + opt_size > min(limit, self.max_reply) or begin > kept_size:
            return NOT_ASKED
        memcpy(reply, message, 2)
        memcpy(reply + 2, kept, QUESTION)
        if opt_size:
            reply[HEADER - 1] = 1
        memcpy(reply + HEADER, message + HEADER, question)
        memcpy(reply + HEADER + question, kept + begin, kept_size - begin)
        if entry[4] is not None:
            turn(reply, kept, <tuple>entry[4], message[1])
        memcpy(reply + 2 + kept_size, PyBytes_AS_STRING(opt), opt_size)
        self.outgoing_parts[slot].iov_len = 2 + kept_size + opt_size
        self.outgoing[slot].msg_hdr.msg_name = &self.names[at]
        self.outgoing[slot].msg_hdr.msg_namelen = self.incoming[at].msg_hdr.msg_namelen
        self.outgoing[slot].msg_hdr.msg_control = self.pktinfo(at)
        self.outgoing[slot].msg_hdr.msg_controllen = (
            self.control_room if self.outgoing[slot].msg_hdr.msg_control is not NULL else 0
        )
        client.budget.tokens -= 1
        if entry[2] is not None:
            counted = (client.address, entry[2])
            counts[counted] = counts.get(counted, 0) + 1
        self.replayed += 1
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

    cdef bint read_question(self, unsigned char *message, int size, int udp_size, Key *key) noexcept nogil:
        """Whether a datagram is a question with a key that can be told here, and that key."""
        cdef int at = HEADER, end
        cdef unsigned char octet
        memcpy(key.octets, message + 2, QUESTION)
        while at < size and message[at]:
            if message[at] > MAX_LABEL:
                return False
            at += 1 + message[at]
        at += 1
        end = at + 4
        if end > size or at - HEADER > MAX_NAME:
            return False
        for at in range(HEADER, end):
            octet = message[at]
            # Only in the name: type and class are numbers, and HTTPS is 65, an "A".
            key.octets[at - 2] = octet + 32 if 65 <= octet <= 90 and at < end - 4 else octet
        key.end = end
        key.size = end - 2
        key.edns = end < size
        key.dnssec_ok = False
        key.limit = min(<int>MIN_UDP, udp_size)
        return not key.edns or self.read_opt(message + end, size - end, udp_size, key)

    cdef bint read_opt(self, unsigned char *opt, int size, int udp_size, Key *key) noexcept nogil:
        """Whether the rest of a datagram is an OPT record of version 0 with cookies at most (RFC 6891, RFC 7873)."""
        cdef int at = OPT_SIZE, length
        if key.octets[QUESTION - 2] or key.octets[QUESTION - 1] != 1:
            return False
        if size < OPT_SIZE or opt[0] or opt[1] or opt[2] != TYPE_OPT or opt[6]:
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
        key.dnssec_ok = opt[7] & 0x80
        key.limit = min(max(opt[3] << 8 | opt[4], <int>MIN_UDP), udp_size)
        memcpy(&key.octets[key.size], self.usual_opt, OPT_SIZE)
        key.octets[key.size + 7] = opt[7] & 0x80
        key.size += OPT_SIZE
        return True


cdef PyObject *kept_in(object client, bytes octets):
    """What the newer tables have under a key: everyone's, which is at hand, before that of the client's class."""
    cdef PyObject *known = PyDict_GetItem(<dict>client.everyones, octets)
    return known if known is not NULL else PyDict_GetItem(<dict>client.table, octets)


cdef void *room(size_t count, size_t size) except NULL:
    """Octets for so many things of a size, all 0."""
    cdef void *found = calloc(count, size)
    if found is NULL:
        raise MemoryError
    return found


cdef void turn(unsigned char *reply, char *kept, tuple turning, int by):
    """Put the addresses of a reply in the order of its ID, as `resolve.replies.turning.turned` does."""
    cdef int at = <int>turning[0], size = <int>turning[1], count = <int>turning[2]
    cdef int first = by % count * size
    memcpy(reply + 2 + at, kept + at + first, count * size - first)
    memcpy(reply + 2 + at + count * size - first, kept + at, first)
