"""Every sentence of the pages in Malay and in English. `{...}` are fields; nothing here names a day or an hour."""

from __future__ import annotations

from typing import NamedTuple

from sm_dns.i18n.text import Text

# What is the matter, one for each kind of `Standing`.
TITLES = {
    "closed": Text(
        "Capaian kepada media sosial tidak dibenarkan pada waktu ini",
        "Social media access is not permitted at this time",
    ),
    "streaming": Text(
        "Capaian kepada media penstriman tidak dibenarkan", "Streaming media access is not permitted"
    ),
    "denied": Text(
        "Laman web ini tidak dibenarkan melalui rangkaian ini", "This site is not permitted on this network"
    ),
    "alias": Text("Laman web yang diminta tidak dapat dicapai", "The requested site cannot be reached"),
    "open": Text("Laman web ini dibenarkan sekarang", "This site is permitted now"),
    "notice": Text("Notis capaian kepada media sosial", "Notice on access to social media"),
}
WHY = {
    "closed": Text(
        "Waktu capaian kepada media rangkaian sosial dihadkan mengikut perenggan {paragraph} {instrument}.",
        "The hours of access to social media are set by paragraph {paragraph} of {instrument}.",
    ),
    "streaming": Text(
        "Media penstriman (contohnya video) dilarang sepanjang masa mengikut perenggan {paragraph} {instrument}.",
        "Streaming media (for example video) is prohibited at all times by paragraph {paragraph} of {instrument}.",
    ),
    "denied": Text(
        "Laman web ini tergolong dalam kategori yang tidak dibenarkan: {category}.",
        "This site belongs to a category that is not permitted: {category}.",
    ),
    "alias": Text(
        "Nama ini tidak disenaraikan, tetapi mungkin membawa kepada laman yang dihadkan.",
        "This name is not listed, but it may lead to a site that is restricted.",
    ),
    "open": Text(
        "Peranti anda masih menyimpan jawapan terdahulu. Sila muat semula halaman ini selepas kira-kira satu minit.",
        "Your device still holds an earlier answer. Please reload this page in about a minute.",
    ),
}
WHY["notice"] = WHY["closed"]
# The same where the instrument has no paragraph about it.
WHY_CONTROLLED = Text(
    "Capaian kepada media rangkaian sosial dikawal selaras dengan {instrument}.",
    "Access to social media is controlled in line with {instrument}.",
)
WHY_NO_STREAMING = Text(
    "Media penstriman (contohnya video) tidak dibenarkan melalui rangkaian ini.",
    "Streaming media (for example video) is not permitted on this network.",
)

WHAT = Text("Laman web yang diminta: ", "Requested site: ")
NEXT = Text(
    "Capaian dibenarkan semula pada hari {day}, {date}, pukul {time}.",
    "Access is permitted again on {day}, {date}, at {time}.",
)
NEXT_IN = Text("Baki masa: {h} jam {m} minit.", "Time remaining: {h} h {m} min.")
COUNTING = Text("Baki masa: {h} jam {m} minit {s} saat.", "Time remaining: {h} h {m} min {s} s.")
NEXT_NONE = Text(
    "Tiada waktu capaian dijadualkan. Sila hubungi pihak yang dinyatakan di bawah.",
    "No access hours are scheduled. Please contact the office named below.",
)
OPEN_UNTIL = Text(
    "Capaian kepada media sosial dibenarkan sehingga hari {day}, {date}, pukul {time}.",
    "Social media access is permitted until {day}, {date}, at {time}.",
)
OPEN_ALWAYS = Text("Capaian kepada media sosial dibenarkan.", "Social media access is permitted.")
ARRIVED = Text(
    "Waktu capaian telah bermula. Halaman ini sedang dimuat semula.",
    "The access period has begun. This page is reloading.",
)
MONITOR_GROUP = Text(
    "Penggunaan media sosial tidak disekat, tetapi dikawal dan dipantau. {Heads} hendaklah memastikan peraturan dipatuhi oleh staf di {department} masing-masing.",
    "Use of social media is not blocked, but it is controlled and monitored. {Heads} must see that their own staff follow the rules.",
)
OFF_GROUP = Text(
    "Rangkaian ini tidak tertakluk kepada peraturan ini dan tidak dipantau oleh sistem ini.",
    "These rules do not apply to this network, and this system does not monitor it.",
)
NOT_IN_FORCE = Text(
    "Had waktu ini berkuat kuasa mulai hari {day}, {date}, pukul {time}.",
    "These hours come into force on {day}, {date}, at {time}.",
)
EXEMPTION = Text(
    "Rangkaian anda diberi pengecualian bagi {what} sehingga hari {day}, {date}, pukul {time} (rujukan {id}).",
    "Your network is exempt for {what} until {day}, {date}, at {time} (reference {id}).",
)

TODAY_HOLIDAY = Text("Hari ini ialah hari kelepasan am: {name}.", "Today is a public holiday: {name}.")
WHOLE_DAY = Text("sepanjang hari", "all day")
SPAN = Text("{start} hingga {end}", "{start} to {end}")
NOW = Text("kini", "now")


class HoursTexts(NamedTuple):
    """What a picture of the hours and the timetable below it say."""

    today: Text
    spans: Text
    no_span: Text
    yes: Text
    no: Text
    week: Text
    week_lead: Text


# Where the hours rule.
HOURS_ENFORCED = HoursTexts(
    Text("Waktu capaian hari ini", "Access hours today"),
    Text("Dibenarkan pada hari ini: {spans}.", "Permitted today: {spans}."),
    Text("Tiada waktu capaian pada hari ini.", "No access hours today."),
    Text("Dibenarkan", "Permitted"),
    Text("Tidak dibenarkan", "Not permitted"),
    Text("Jadual waktu capaian", "Weekly access hours"),
    Text(
        "Capaian kepada media sosial dibenarkan pada waktu yang berikut:",
        "Social media access is permitted at these times:",
    ),
)
# Where use is only monitored: nothing is denied, so nothing is called permitted.
HOURS_MONITORED = HoursTexts(
    Text("Waktu bekerja hari ini", "Working hours today"),
    Text("Di luar waktu bekerja pada hari ini: {spans}.", "Outside working hours today: {spans}."),
    Text("Hari ini ialah waktu bekerja sepanjang hari.", "Working hours all day today."),
    Text("Di luar waktu bekerja", "Outside working hours"),
    Text("Waktu bekerja", "Working hours"),
    Text("Jadual waktu di luar waktu bekerja", "Times outside working hours in the week"),
    Text("Waktu yang berikut di luar waktu bekerja:", "These times are outside working hours:"),
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

HTTPS = Text("Laman web dengan alamat https://", "Sites whose address begins with https://")
HTTPS_BODY = Text(
    "Laman web yang alamatnya bermula dengan https:// tidak dapat memaparkan penjelasan ini: pelayar web hanya menunjukkan bahawa sambungan ditolak. Sebabnya sama, dan waktu di atas tetap terpakai.",
    "A site whose address begins with https:// cannot show this explanation: the browser only says that the connection was refused. The reason is the same, and the hours above still apply.",
)
HTTPS_PORTAL = Text("Notis ini boleh dibaca pada bila-bila masa di: ", "This notice can always be read at: ")

CONTACT = Text("Pertanyaan", "Questions")
MISTAKE = Text(
    "Jika laman web ini disekat secara tidak wajar atau diperlukan bagi urusan rasmi, sila hubungi {unit}",
    "If this site is blocked by mistake or you need it for official work, please contact {unit}",
)
QUESTION_OPEN = Text(
    "Jika ada pertanyaan, sila hubungi {unit}", "If you have a question, please contact {unit}"
)
QUESTION = Text(
    "Jika sesuatu laman web disekat secara tidak wajar atau diperlukan bagi urusan rasmi, sila hubungi {unit}",
    "If a site is blocked by mistake or you need it for official work, please contact {unit}",
)
REF = Text("Rujukan: {id}. Masa: {time}.", "Reference: {id}. Time: {time}.")

MON_HEAD = Text("Makluman pemantauan", "Monitoring notice")
MON_OFF = Text(
    "Capaian melalui rangkaian ini tidak direkodkan oleh sistem ini.",
    "Access through this network is not recorded by this system.",
)
MON = (
    Text(
        "Capaian kepada media sosial dan media penstriman melalui rangkaian ini direkodkan bagi memantau pematuhan.",
        "Access to social and streaming media through this network is recorded to monitor compliance.",
    ),
    Text(
        "Rekod mengandungi masa, nama perkhidmatan, {department} dan kod samaran; kandungan laman web tidak direkodkan.",
        "A record holds the time, the service, the {department} and a code in place of your name; page content is not recorded.",
    ),
    Text(
        "Laporan disediakan dalam bentuk jumlah mengikut {department} untuk pentadbir sistem, juruaudit dan {Head} berkenaan sahaja. Pengenalpastian seseorang individu memerlukan kelulusan bertulis.",
        "Reports give totals by {department}, and only system administrators, auditors and the head of that {department} see them. Naming a person needs written approval.",
    ),
    Text(
        "Rekod terperinci disimpan selama {days} hari dan rekod jumlah selama {months} bulan, tertakluk kepada peraturan pelupusan rekod Kerajaan.",
        "Detailed records are kept for {days} days and totals for {months} months, subject to the rules on disposal of public records.",
    ),
)
MON_OFFICER = Text("Pegawai perlindungan data: {officer}.", "Data protection officer: {officer}.")

ACK_HEAD = Text("Perakuan telah membaca notis", "I have read this notice")
ACK_LABEL = Text("Nama atau nombor staf", "Name or staff number")
ACK_BUTTON = Text("Saya telah membaca notis ini", "I have read this notice")
ACK_DONE = Text(
    "Perakuan anda telah direkodkan.", "Thank you. It is recorded that you have read this notice."
)
ACK_HINT = Text(
    "Hanya nama atau nombor staf, tarikh dan versi notis direkodkan.",
    "Only your name or staff number, the date and the version of the notice are recorded.",
)
ENGLISH_BELOW = Text("English", "English")
LIST_WHERE = Text("Baca notis penuh di portal", "Read the whole notice")
