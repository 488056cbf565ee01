"""Every word that a report prints, in Malay and in English."""

from __future__ import annotations

from typing import Literal

Language = Literal["ms", "en"]
LANGUAGES: tuple[Language, ...] = ("ms", "en")

# key: (Malay, English). Fields in braces are filled in by `say`.
TEXTS: dict[str, tuple[str, str]] = {
    # titles
    "title": ("Laporan Pemantauan Capaian Media Sosial", "Social Media Access Monitoring Report"),
    "usage": ("Penggunaan mengikut perkhidmatan", "Use by service"),
    "department": ("Penggunaan mengikut {department}", "Use by {department}"),
    "compliance": ("Pematuhan tatacara penggunaan media rangkaian sosial", "Compliance with the procedures"),
    "coverage": ("Liputan data", "Data coverage"),
    # letterhead
    "our_reference": ("No. rujukan", "Reference no."),
    "date": ("Tarikh", "Date"),
    "classification": ("Peringkat keselamatan", "Security classification"),
    "page": ("Muka surat", "Page"),
    "of_pages": ("daripada", "of"),
    # what was asked for
    "period": ("Tempoh", "Period"),
    "band": ("Jalur waktu", "Hours"),
    "whole_day": ("sepanjang hari", "the whole day"),
    "services": ("Perkhidmatan", "Services"),
    "all_services": ("Semua perkhidmatan yang dikawal", "All controlled services"),
    "days": ("Hari", "Days"),
    "days_all": ("Semua hari", "All days"),
    "days_working": ("Hari bekerja sahaja", "Working days only"),
    "decisions": ("Keputusan", "Decisions"),
    "all_decisions": ("Semua keputusan", "All decisions"),
    "permitted": ("Dibenarkan", "Permitted"),
    "denied": ("Disekat", "Denied"),
    "would_deny": ("Disekat jika dikuatkuasakan (mod pantau)", "Denied if enforced (monitor mode)"),
    "would_deny_short": ("Jika dikuatkuasakan", "If enforced"),
    "would_deny_note": (
        "Jika dikuatkuasakan: dibenarkan dalam mod pantau, tetapi disekat sekiranya peraturan dikuatkuasakan.",
        "If enforced: permitted in monitor mode, but denied where the rules are enforced.",
    ),
    "exempt": ("Dikecualikan", "Exempt"),
    "zone": ("Zon waktu", "Time zone"),
    "to": ("{first} hingga {last}", "{first} to {last}"),
    # the figure
    "headline": ("{what}: {count} pengunjung ({percent})", "{what}: {count} visitors ({percent})"),
    "unique": ("Bilangan pengunjung unik", "Unique visitors"),
    "percent_of": ("Peratus daripada {base} orang staf", "Percent of {base} staff"),
    "percent_no_base": ("Peratus (bilangan staf tidak dinyatakan)", "Percent (number of staff not given)"),
    "not_available": ("t.b.", "n/a"),
    "mean": ("Purata pengunjung unik bagi setiap hari bekerja", "Mean unique visitors per working day"),
    "unmapped": ("Peranti tanpa padanan staf", "Devices not matched to staff"),
    "queries": ("Bilangan pertanyaan", "Number of queries"),
    # tables
    "per_day": ("Pengunjung unik setiap hari", "Unique visitors per day"),
    "per_day_note": (
        "Seorang staf dikira sekali sehari; jumlah lajur ini bukan bilangan pengunjung unik bagi tempoh berkenaan.",
        "A member of staff counts once a day; the column does not add up to the unique visitors of the period.",
    ),
    "weekday": ("Hari", "Weekday"),
    "day_type": ("Jenis hari", "Type of day"),
    "working": ("Hari bekerja", "Working day"),
    "rest": ("Hari rehat atau kelepasan", "Rest day or holiday"),
    "visitors": ("Pengunjung unik", "Unique visitors"),
    "per_band": ("Pengunjung unik mengikut jam", "Unique visitors by hour"),
    "per_band_note": (
        "Dikira bagi semua hari yang dipilih, tanpa mengambil kira jalur waktu laporan.",
        "Over all selected days, whatever the hour band of the report.",
    ),
    "hour": ("Jam", "Hour"),
    "heat": ("Peta haba: jam × hari", "Heat map: hour × day"),
    "heat_note": (
        "Bilangan pengunjung unik pada setiap jam; warna yang lebih gelap bermaksud lebih ramai pengunjung.",
        "Unique visitors in each hour; darker means more.",
    ),
    "heat_left_out": (
        "Peta haba tidak dilukis bagi tempoh melebihi {days} hari; rujuk format CSV atau JSON.",
        "The heat map is not drawn for more than {days} days; see the CSV or JSON format.",
    ),
    "by_department": ("Pengunjung unik mengikut {department}", "Unique visitors by {department}"),
    "department_name": ("{Department}", "{Department}"),
    "unknown_department": ("{Department} tidak diketahui", "{Department} not known"),
    "base": ("Bilangan staf", "Number of staff"),
    "base_from": ("Berkuat kuasa mulai", "Valid from"),
    "base_since": ("{base} (mulai {date})", "{base} (from {date})"),
    "whole_agency": ("seluruh agensi", "the whole agency"),
    "percent": ("Peratus", "Percent"),
    "department_days": ("{Departments} mengikut hari", "{Departments} by day"),
    "department_hours": ("{Departments} mengikut jam", "{Departments} by hour"),
    "no_departments": ("Tiada {department} untuk dilaporkan.", "No {department} to report on."),
    "nothing": ("Tiada data bagi pilihan ini.", "No data for this selection."),
    "small": ("Kurang daripada {limit} (tidak dipaparkan)", "Fewer than {limit} (not shown)"),
    "protect": (
        "Tidak dipaparkan kerana angka kecil yang lain boleh dikira daripada angka ini",
        "Not shown, because another small number could be worked out from it",
    ),
    # compliance
    "schedule": ("Jadual yang berkuat kuasa", "Schedule in force"),
    "schedule_name": ("Jadual", "Schedule"),
    "in_force_from": ("Berkuat kuasa mulai", "In force from"),
    "no_start_date": ("tiada tarikh mula ditetapkan", "no start date set"),
    "permitted_hours": ("Waktu capaian yang dibenarkan", "Hours of permitted access"),
    "first_week": (
        "Waktu yang ditunjukkan ialah waktu bagi tujuh hari pertama penggunaan setiap versi dalam tempoh laporan.",
        "Hours are shown for the first seven days of the period on which each version was in use.",
    ),
    "schedule_version": ("Versi jadual", "Version of the schedules"),
    "in_use": ("Digunakan", "In use"),
    "in_use_at": ("Digunakan oleh {resolver}", "In use at {resolver}"),
    "since": ("sejak {first}", "since {first}"),
    "schedule_before": (
        "Versi jadual sebelum {at} tidak direkodkan.",
        "No version of the schedules is on record before {at}.",
    ),
    "schedule_of_today": (
        "Versi jadual bagi tempoh ini tidak direkodkan: waktu yang ditunjukkan ialah waktu dalam konfigurasi semasa "
        "laporan disediakan.",
        "No version of the schedules is on record for this period: the hours shown are those of the configuration "
        "at the time the report was prepared.",
    ),
    "schedule_unreadable": (
        "Butiran versi ini tidak dapat dibaca oleh sistem ini.",
        "The details of this version cannot be read by this software.",
    ),
    "all_day": ("Sepanjang hari", "All day"),
    "none_that_day": ("Tiada", "None"),
    "by_category": ("Pertanyaan mengikut kategori", "Queries by category"),
    "by_service": ("Pertanyaan mengikut perkhidmatan", "Queries by service"),
    "queries_per_day": ("Pertanyaan setiap hari", "Queries per day"),
    "category": ("Kategori", "Category"),
    "service": ("Perkhidmatan", "Service"),
    "social": ("Media sosial", "Social media"),
    "streaming": ("Media penstriman", "Streaming media"),
    "messaging": ("Pemesejan", "Messaging"),
    "bypass": ("Cubaan memintas kawalan (DNS luar)", "Attempts to go around (outside DNS)"),
    "total": ("Jumlah", "Total"),
    "exemptions": ("Pengecualian yang digunakan", "Exemptions used"),
    "exemption": ("Pengecualian", "Exemption"),
    "approver": ("Pelulus", "Approver"),
    "reason": ("Sebab", "Reason"),
    "expires": ("Tamat", "Expires"),
    "no_exemptions": ("Tiada pengecualian digunakan.", "No exemption was used."),
    "flips": ("Pertukaran status capaian", "Changes between permitted and not permitted"),
    "flip_at": ("Masa", "Time"),
    "becomes": ("Status baharu", "New status"),
    "lag": ("Kelewatan rekod (ms)", "Recorded after (ms)"),
    "flip_note": (
        "Jawapan bertukar tepat pada masanya; lajur terakhir ialah kelewatan rekod ini sahaja.",
        "Answers change exactly on time; the last column is the delay of this record only.",
    ),
    "no_flips": ("Tiada pertukaran direkodkan.", "No change was recorded."),
    "changes": ("Perubahan dasar (jejak audit)", "Changes to the policy (audit trail)"),
    "who": ("Oleh", "By"),
    "action": ("Tindakan", "Action"),
    "target": ("Perkara", "Subject"),
    "no_changes": ("Tiada perubahan direkodkan.", "No change was recorded."),
    "audit_whole": (
        "Rantaian jejak audit utuh ({records} rekod).",
        "The audit trail is intact ({records} records).",
    ),
    "audit_broken": (
        "AMARAN: rantaian jejak audit rosak atau telah diubah. Semak dengan sm-dns audit verify.",
        "WARNING: the audit trail is damaged or was changed. Check it with sm-dns audit verify.",
    ),
    # coverage
    "coverage_line": (
        "Liputan data: {x} daripada {y} jam direkodkan",
        "Data coverage: {x} of {y} hours recorded",
    ),
    "watched": ("Peratus masa yang dipantau", "Share of the time that was monitored"),
    "share_mapped": ("Peratus peranti yang dipadankan dengan staf", "Share of devices matched to staff"),
    "share_mapped_queries": (
        "Peratus pertanyaan daripada staf yang dipadankan",
        "Share of queries by matched staff",
    ),
    "lost": ("Pertanyaan tidak dikira", "Queries not counted"),
    "lost_unknown": ("tidak diketahui", "not known"),
    "resolvers": ("Pelayan DNS yang melapor", "Servers that reported"),
    "resolver": ("Pelayan", "Resolver"),
    "watched_hours": ("Bilangan jam dipantau", "Hours monitored"),
    "silent": ("Pelayan yang tidak melapor", "Resolvers that did not report"),
    "retired": ("Pelayan yang ditamatkan perkhidmatannya", "Retired resolvers"),
    "retired_at": ("{resolver} ({at})", "{resolver} ({at})"),
    "retired_back": (
        "{resolver} ({at}; melapor semula sejak {back})",
        "{resolver} ({at}; reporting again since {back})",
    ),
    "not_over": (
        "Tempoh laporan belum tamat: liputan dikira sehingga {at}, dan selepas itu belum ada data.",
        "The period is not over: the coverage is up to {at}, and after that there is no data yet.",
    ),
    "no_resolver": (
        "Tiada pelayan melapor dalam tempoh ini: angka sifar TIDAK bermaksud tiada penggunaan.",
        "No resolver reported in this period: a zero does NOT mean that there was no use.",
    ),
    "gaps": ("Jurang rekod", "Gaps in the records"),
    "no_gaps": ("Tiada jurang rekod.", "No gaps in the records."),
    "gap_start": ("Mula", "Start"),
    "gap_end": ("Tamat", "End"),
    "more_gaps": (
        "{count} jurang rekod lain tidak disenaraikan di sini; rujuk laporan liputan (CSV atau JSON).",
        "{count} more gaps are not listed here; see the coverage report (CSV or JSON).",
    ),
    "more_rows": (
        "{count} baris lagi tidak dicetak di sini; rujuk format CSV atau JSON.",
        "{count} more rows are not printed here; see the CSV or JSON format.",
    ),
    "keys_changed": (
        "Kunci kod samaran telah ditukar dalam tempoh ini: seorang staf mungkin dikira dua kali.",
        "The key behind the codes changed in this period: a member of staff may count twice.",
    ),
    "versions": ("Versi senarai dan jadual", "Versions of lists and schedule"),
    "version": ("Versi", "Version"),
    "version_of": ("Bagi", "Of"),
    "version_from": ("Mulai", "From"),
    "lists": ("Senarai", "Lists"),
    "no_versions": ("Versi senarai tidak direkodkan.", "No version of the lists was recorded."),
    "gap:not running": ("Perkhidmatan tidak berjalan", "Service not running"),
    "gap:worker lost": ("Proses pekerja terhenti", "Worker process ended"),
    "gap:worker silent": ("Proses pekerja tidak menjawab", "Worker process did not answer"),
    "gap:table full": ("Jadual kiraan penuh", "Table of counts full"),
    "gap:store failed": ("Storan data gagal", "Data store failed"),
    "gap:store damaged": ("Storan data rosak dan diasingkan", "Data store damaged and set aside"),
    "gap:store removed": ("Storan data telah dikeluarkan", "Data store removed"),
    "gap:counts refused": ("Kiraan ditolak oleh storan data", "Counts refused by the store"),
    "gap:no key": ("Kunci kod samaran tiada", "Key for the codes missing"),
    "gap:collecting failed": ("Pengumpulan gagal", "Collecting failed"),
    # caveats
    "caveats": ("Perkara yang perlu diberi perhatian", "Please note"),
    "caveat_visit": (
        "Nota: pertanyaan DNS bukan bukti bahawa seseorang telah melayari laman web berkenaan.",
        "Note: a DNS query does not prove that a person opened the site.",
    ),
    "caveat_high": (
        "Angka mungkin terlalu tinggi: butang terbenam, log masuk melalui media sosial dan aplikasi latar belakang turut membuat pertanyaan bagi nama yang sama.",
        "Figures may be too high: embedded buttons, log-in widgets and background applications ask for the same "
        "names.",
    ),
    "caveat_low": (
        "Angka mungkin terlalu rendah: cache pada peranti menyebabkan pertanyaan ulangan tidak direkodkan, dan capaian melalui VPN, DNS lain atau data mudah alih tidak dapat dikesan.",
        "Figures may be too low: caches on devices hide repetitions, and bypass (VPN, other DNS, mobile data) is not "
        "seen.",
    ),
    "caveat_device": (
        "Alamat yang direkodkan ialah alamat peranti; staf dikenal pasti melalui fail padanan staf sahaja, dan peranti tanpa padanan tidak diambil kira dalam peratus.",
        "Addresses are those of devices; staff are known by the staff map only, and unmapped devices are in no "
        "percentage.",
    ),
    "caveat_person": (
        "Laporan ini mengandungi jumlah sahaja dan tidak mengenal pasti mana-mana individu. Pengenalpastian individu memerlukan kelulusan bertulis.",
        "This report holds totals only and names nobody. Naming a person needs written approval.",
    ),
    "caveat_base_changed": (
        "Bilangan staf {name} telah berubah dalam tempoh ini: {numbers}. Peratus dikira berdasarkan {base}, iaitu bilangan yang berkuat kuasa pada hari terakhir.",
        "The number of staff of {name} changed in this period: {numbers}. The percentage is of {base}, the number of "
        "the last day.",
    ),
    "caveat_base_unknown": (
        "Bilangan staf {name} sebelum {date} tidak dinyatakan.",
        "The number of staff of {name} before {date} was not given.",
    ),
    "caveat_calendar": (
        "Kalendar hari kelepasan am bagi tahun {years} belum disahkan: hari kelepasan am tahun itu dikira sebagai hari biasa.",
        "The calendar of {years} has not been confirmed: its public holidays count as ordinary days.",
    ),
    # the end of a document
    "source": (
        "Sumber: {system}; disediakan pada {date}; versi senarai {lists}",
        "Source: {system}; prepared on {date}; list version {lists}",
    ),
    "not_recorded": ("tidak direkodkan", "not recorded"),
    "prepared_by": ("Disediakan oleh", "Prepared by"),
    "confirmed_by": ("Disemak dan disahkan oleh", "Checked and confirmed by"),
    "signature": ("Tandatangan", "Signature"),
    "name_and_post": ("Nama dan jawatan", "Name and post"),
    # the procedure that names a person
    "person": (
        "Rekod capaian seorang pegawai (kelulusan {request})",
        "Record of one member of staff (approval {request})",
    ),
    "person_approved": (
        "Dipohon oleh {requester}; diluluskan oleh {approver}; sah sehingga {expires}. Setiap kali rekod ini dipaparkan, paparan itu direkodkan dalam jejak audit.",
        "Requested by {requester}; approved by {approver}; valid until {expires}. Every display of it is recorded.",
    ),
    "person_unknown": (
        "Kunci staf ini tiada dalam fail padanan staf semasa: ketiadaan rekod mungkin bermaksud kunci yang diberikan salah.",
        "This key is not in the current staff file: if nothing is on record, the key may be wrong.",
    ),
    "person_erased": (
        "Sebahagian rekod bagi tempoh ini telah dilupuskan; ketiadaan rekod tidak bermaksud tiada capaian.",
        "Part of the records of this period has been disposed of; no record does not mean no use.",
    ),
    "decision": ("Keputusan", "Decision"),
    "visit": ("Domain kunjungan", "Counts as a visit"),
    "yes": ("Ya", "Yes"),
    "no": ("Tidak", "No"),
    # mail
    "mail_subject": ("{title}: {kind}, {period}", "{title}: {kind}, {period}"),
    "mail_body": (
        "Laporan dilampirkan untuk tindakan dan makluman. Laporan ini ialah maklumat Kerajaan dan tidak boleh disebarkan kepada pihak yang tidak berkenaan.",
        "The report is attached. It is government information; do not pass it on to people it is not meant for.",
    ),
}


def say(language: Language, key: str, **fields: object) -> str:
    """The text of a key with its fields filled in. Raises `KeyError` for a key or field that there is not."""
    return TEXTS[key][LANGUAGES.index(language)].format(**fields)


def known(key: str) -> bool:
    """Whether there is such a text."""
    return key in TEXTS
