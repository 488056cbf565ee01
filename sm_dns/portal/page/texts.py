"""Every sentence of the pages in Malay and in English. `{...}` are fields; nothing here names a day or an hour."""

from __future__ import annotations

from sm_dns.i18n.text import Text

# What is the matter, one for each kind of `Standing`.
TITLES = {
    "closed": Text(
        "Capaian media sosial tidak dibenarkan pada waktu ini",
        "Social media access is not permitted at this time",
    ),
    "streaming": Text("Capaian media penstriman tidak dibenarkan", "Streaming media access is not permitted"),
    "denied": Text(
        "Laman ini tidak dibenarkan pada rangkaian ini", "This site is not permitted on this network"
    ),
    "alias": Text("Laman yang diminta tidak dapat dicapai", "The requested site cannot be reached"),
    "open": Text("Laman ini dibenarkan sekarang", "This site is permitted now"),
    "notice": Text("Notis capaian media sosial", "Notice on social media access"),
}
WHY = {
    "closed": Text(
        "Masa capaian ke media rangkaian sosial dihadkan mengikut perenggan 5, Surat Pekeliling ICT JKDM Bil. 2 "
        "Tahun 2010.",
        "Access hours for social media are limited by paragraph 5 of JKDM ICT Circular No. 2 of 2010.",
    ),
    "streaming": Text(
        "Media penstriman (contohnya video) dilarang pada setiap masa mengikut perenggan 7.7, Surat Pekeliling ICT "
        "JKDM Bil. 2 Tahun 2010.",
        "Streaming media (for example video) is prohibited at all times by paragraph 7.7 of JKDM ICT Circular No. 2 "
        "of 2010.",
    ),
    "denied": Text(
        "Laman ini tergolong dalam kategori yang tidak dibenarkan: {category}.",
        "This site belongs to a category that is not permitted: {category}.",
    ),
    "alias": Text(
        "Nama ini tidak disenaraikan, tetapi mungkin membawa kepada laman yang dihadkan.",
        "This name is not listed, but it may lead to a site that is restricted.",
    ),
    "open": Text(
        "Peranti anda masih mengingati jawapan yang terdahulu. Muat semula halaman ini dalam masa seminit.",
        "Your device still remembers an earlier answer. Reload this page within a minute.",
    ),
}
WHY["notice"] = WHY["closed"]

WHAT = Text("Laman yang diminta: ", "Requested site: ")
NEXT = Text(
    "Capaian dibenarkan semula pada {day}, {date}, pukul {time}.",
    "Access is permitted again on {day}, {date}, at {time}.",
)
NEXT_IN = Text("Baki masa: {h} jam {m} minit.", "Time remaining: {h} h {m} min.")
COUNTING = Text("Baki masa: {h} jam {m} minit {s} saat.", "Time remaining: {h} h {m} min {s} s.")
NEXT_NONE = Text(
    "Tiada tempoh capaian yang dijadualkan. Sila hubungi CTM.",
    "No access period is scheduled. Please contact CTM.",
)
OPEN_UNTIL = Text(
    "Capaian ke media sosial dibenarkan sehingga {day}, {date}, pukul {time}.",
    "Social media access is permitted until {day}, {date}, {time}.",
)
OPEN_ALWAYS = Text("Capaian ke media sosial dibenarkan.", "Social media access is permitted.")
ARRIVED = Text(
    "Masa capaian telah tiba; halaman ini dimuat semula.",
    "The access period has begun; this page reloads itself.",
)
MONITOR_GROUP = Text(
    "Penggunaan media sosial tidak disekat, tetapi dikawal dan dipantau. Ketua Jabatan memastikan peraturan dipatuhi "
    "oleh staf di jabatan masing-masing.",
    "Use of social media is not blocked, but it is controlled and monitored. Heads of department make sure the rules "
    "are followed by staff in their own departments.",
)
OFF_GROUP = Text(
    "Had masa ini tidak dikuatkuasakan pada rangkaian anda.", "These hours are not enforced on your network."
)
NOT_IN_FORCE = Text(
    "Had masa ini berkuat kuasa mulai {day}, {date}, pukul {time}.",
    "These hours come into force on {day}, {date}, at {time}.",
)
EXEMPTION = Text(
    "Rangkaian anda dikecualikan bagi {what} sehingga {day}, {date}, pukul {time} (rujukan {id}).",
    "Your network is exempted for {what} until {day}, {date}, {time} (reference {id}).",
)

TODAY = Text("Waktu capaian hari ini", "Access hours today")
TODAY_WINDOWS = Text("Dibenarkan hari ini: {spans}.", "Permitted today: {spans}.")
TODAY_NONE = Text("Tiada waktu capaian hari ini.", "No access hours today.")
TODAY_HOLIDAY = Text("Hari ini hari kelepasan am: {name}.", "Today is a public holiday: {name}.")
SPAN = Text("{start} hingga {end}", "{start} to {end}")
NOW = Text("kini", "now")
PERMITTED = Text("Dibenarkan", "Permitted")
DENIED = Text("Tidak dibenarkan", "Not permitted")

HOURS = Text("Jadual waktu capaian", "The timetable")
HOURS_HEAD = Text(
    "Capaian ke media sosial dibenarkan pada waktu yang berikut:",
    "Social media access is permitted at these times:",
)
HOURS_REST = Text("{days}: {start} hingga {end} (waktu rehat)", "{days}: {start} to {end} (rest period)")
HOURS_AFTER = Text(
    "{days}: {start} hingga {end} keesokan hari (selepas waktu bekerja)",
    "{days}: {start} to {end} the next day (after working hours)",
)
HOURS_OFF = Text(
    "Hari rehat mingguan dan hari kelepasan am: sepanjang hari",
    "Weekly rest days and public holidays: all day",
)
HOURS_OFF_WEEKEND = Text("Hari rehat mingguan: sepanjang hari", "Weekly rest days: all day")
HOURS_OFF_HOLIDAY = Text("Hari kelepasan am: sepanjang hari", "Public holidays: all day")
HOURS_NONE = Text("Tiada.", "None.")

HTTPS = Text("Laman https://", "Sites over https://")
HTTPS_BODY = Text(
    "Laman yang bermula dengan https:// tidak dapat memaparkan penjelasan ini: pelayar hanya menunjukkan bahawa sambungan ditolak. Sebabnya sama, dan waktu di atas tetap terpakai.",
    "A site whose address begins with https:// cannot show this explanation: the browser only says that the connection was refused. The reason is the same, and the hours above hold.",
)
HTTPS_PORTAL = Text("Notis ini sentiasa boleh dibaca di: ", "This notice can always be read at: ")

CONTACT = Text("Pertanyaan", "Questions")
MISTAKE = Text(
    "Jika laman ini disekat secara tidak wajar atau diperlukan bagi urusan rasmi, sila hubungi Cawangan Teknologi "
    "Maklumat (CTM)",
    "If this site is blocked in error or is needed for official work, please contact the Information Technology Branch "
    "(CTM)",
)
QUESTION = Text(
    "Jika sesuatu laman disekat secara tidak wajar atau diperlukan bagi urusan rasmi, sila hubungi Cawangan Teknologi Maklumat (CTM)",
    "If a site is blocked in error or is needed for official work, please contact the Information Technology Branch (CTM)",
)
REF = Text("Rujukan: {id}. Masa: {time}.", "Reference: {id}. Time: {time}.")

MON_HEAD = Text("Makluman pemantauan", "Monitoring notice")
MON_OFF = Text(
    "Capaian melalui rangkaian ini tidak direkodkan oleh sistem ini.",
    "Access through this network is not recorded by this system.",
)
MON = (
    Text(
        "Capaian ke media sosial dan media penstriman melalui rangkaian ini direkodkan bagi memantau pematuhan.",
        "Access to social and streaming media through this network is recorded to monitor compliance.",
    ),
    Text(
        "Rekod menyimpan masa, perkhidmatan, jabatan dan pengenalan samaran; kandungan laman tidak direkodkan.",
        "Records hold the time, service, department and a pseudonym; page content is not recorded.",
    ),
    Text(
        "Laporan disediakan secara agregat mengikut jabatan, untuk CTM, juruaudit dan Ketua Jabatan berkenaan. "
        "Pengenalpastian individu memerlukan kelulusan bertulis.",
        "Reports are aggregated by department, for CTM, auditors and the head of that department. Identifying a person "
        "requires written approval.",
    ),
    Text(
        "Rekod terperinci disimpan selama {days} hari dan jumlahnya selama {months} bulan, tertakluk kepada peraturan "
        "pelupusan rekod.",
        "Detailed records are kept for {days} days and their sums for {months} months, subject to the rules on "
        "disposal of records.",
    ),
    Text(
        "Semua aset ICT dan maklumat di bawah kawalan pengguna ialah hak milik Kerajaan.",
        "All ICT assets and information under a user's control belong to the Government.",
    ),
)

ACK_HEAD = Text("Pengakuan pembacaan", "Acknowledgement")
ACK_LABEL = Text("Nama atau nombor staf", "Name or staff number")
ACK_BUTTON = Text("Saya telah membaca notis ini", "I have read this notice")
ACK_DONE = Text("Pengakuan anda telah direkodkan.", "Your acknowledgement is recorded.")
ACK_HINT = Text(
    "Nama, tarikh dan versi notis direkodkan; tiada yang lain.",
    "The name, the date and the version of the notice are recorded; nothing else.",
)
ENGLISH_BELOW = Text("English", "English")
LIST_WHERE = Text("Kandungan penuh di portal notis", "The whole notice is at the portal")
