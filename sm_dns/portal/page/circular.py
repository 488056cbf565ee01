"""The circular's duties of users, in short: paragraphs 3, 6, 7, 8, 9 and 10 (NOT-3)."""

from __future__ import annotations

from sm_dns.i18n.text import Text

DUTIES_HEAD = Text("Tanggungjawab pengguna", "Duties of the user")
GUIDANCE = (
    (
        "3.1",
        Text(
            "Patuhi Pekeliling Kemajuan Pentadbiran Awam (PKPA) Bil. 1 Tahun 2003 tentang tatacara penggunaan Internet dan mel elektronik di agensi Kerajaan.",
            "Follow PKPA No. 1 of 2003 on the use of the Internet and e-mail in Government agencies.",
        ),
    ),
    (
        "3.2",
        Text(
            "Maklumat yang dikongsi hendaklah tidak menjejaskan kepentingan perkhidmatan awam dan kedaulatan negara.",
            "What you share must not harm the interests of the public service or national sovereignty.",
        ),
    ),
    (
        "3.3",
        Text(
            "Jangan sebarkan maklumat atau dokumen terperingkat.",
            "Do not spread classified information or documents.",
        ),
    ),
)
DUTIES = (
    (
        "6.1",
        Text(
            "Capaian ialah kemudahan untuk melicinkan pentadbiran dan menambah baik perkhidmatan. Aset ICT dan maklumat ialah hak milik Kerajaan.",
            "Access is a facility to support administration and better service. ICT assets and information belong to the Government.",
        ),
    ),
    (
        "6.2",
        Text(
            "Pastikan bahan yang diperoleh daripada media sosial tepat dan sahih.",
            "Make sure that material from social media is accurate and genuine.",
        ),
    ),
    (
        "6.3",
        Text(
            "Bahan rasmi hendaklah disemak dan disahkan oleh Ketua Bahagian atau Ketua Cawangan sebelum dimuat naik.",
            "Official material must be checked and approved by the head of division or branch before upload.",
        ),
    ),
    (
        "6.4",
        Text(
            "Muat turun bahan yang sah sahaja dan gunakan bahan itu bagi tujuan yang dibenarkan oleh Jabatan sahaja.",
            "Download lawful material only, and use it for purposes the Department permits.",
        ),
    ),
    (
        "6.5",
        Text(
            "Setiap maklumat yang dikongsi melambangkan imej Kerajaan. Bertindaklah dengan bijaksana, jelas dan konsisten.",
            "What you share reflects on the Government. Act wisely, clearly and consistently.",
        ),
    ),
)
PROHIBITED_HEAD = Text("Pengguna dilarang:", "Users must not:")
PROHIBITED = (
    (
        "7.1",
        Text(
            "membuat kenyataan yang menyentuh sensitiviti kaum, agama atau politik;",
            "make statements that touch on racial, religious or political sensitivities;",
        ),
    ),
    (
        "7.2",
        Text(
            "menjatuhkan maruah, menyerang peribadi atau menyinggung perasaan pengguna lain;",
            "degrade, personally attack or offend other users;",
        ),
    ),
    ("7.3", Text("membuat pautan atau kenyataan berunsur lucah;", "post obscene links or statements;")),
    (
        "7.4",
        Text(
            "membuat kenyataan atau memuat naik dokumen yang melanggar undang-undang hak cipta, cap dagangan, paten dan undang-undang lain yang berkaitan;",
            "make statements or upload documents that infringe copyright, trade mark, patent or similar law;",
        ),
    ),
    (
        "7.5",
        Text(
            "memuat naik fail yang mengandungi virus atau perisian yang boleh merosakkan operasi komputer;",
            "upload files with viruses or other software that can damage computer operations;",
        ),
    ),
    (
        "7.6",
        Text(
            "menggunakan dokumen yang dimuat turun bagi tujuan yang salah di sisi undang-undang; dan",
            "use downloaded documents for unlawful purposes; and",
        ),
    ),
    (
        "7.7",
        Text(
            "memuat naik atau memuat turun fail yang melebihi 2 megabait, atau membuat capaian kepada media penstriman (contohnya video).",
            "upload or download files larger than 2 megabytes, or access streaming media (for example video).",
        ),
    ),
)
FILE_SIZE = Text(
    "Pematuhan had saiz fail ialah tanggungjawab pengguna; sistem ini tidak menyukat saiz fail.",
    "The file size limit is the user's duty; this system does not measure file sizes.",
)
LIABILITY_HEAD = Text("Liabiliti dan pematuhan", "Liability and compliance")
LIABILITY = (
    (
        "8",
        Text(
            "Jabatan tidak bertanggungjawab atas kehilangan atau kerosakan akibat penggunaan kandungan media sosial.",
            "The Department is not responsible for loss or damage from the use of social media content.",
        ),
    ),
    (
        "9",
        Text(
            "Jabatan tidak mengesahkan, menyokong atau menjamin kebenaran kandungan media sosial. Segala risiko ditanggung oleh pengguna.",
            "The Department does not confirm or guarantee social media content. The user bears the risk.",
        ),
    ),
    (
        "10",
        Text(
            "Setiap pengguna rangkaian data Ibu Pejabat JKDM hendaklah mematuhi tatacara ini.",
            "Every user of the JKDM Headquarters data network must follow these procedures.",
        ),
    ),
)
