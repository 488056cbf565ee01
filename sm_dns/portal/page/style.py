"""How the pages look and the few lines that count down, with the hashes by which the browser knows them for ours."""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root{color-scheme:light dark;--bg:#f4f5f7;--paper:#fff;--ink:#1b2430;--soft:#4c5867;--rule:#cdd3db;--no:#9a3412;
--no-bg:#fdf1ea;--yes:#17633a;--yes-bg:#eaf5ee;--link:#0b5394}
@media(prefers-color-scheme:dark){:root{--bg:#12161c;--paper:#1a2029;--ink:#e8ebef;--soft:#b3bcc8;--rule:#39434f;
--no:#fdba8c;--no-bg:#2c1f18;--yes:#86d6a5;--yes-bg:#16261d;--link:#8ec2f2}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:1rem/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;
overflow-wrap:anywhere}
header,main,footer{max-width:46rem;margin:0 auto;padding:0 1rem}
header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;justify-content:space-between;
padding-top:1rem;padding-bottom:.75rem}
header p{margin:0;font-weight:600}
header .en{font-weight:400;color:var(--soft)}
a{color:var(--link)}
a:focus-visible,input:focus-visible,button:focus-visible{outline:3px solid var(--link);outline-offset:2px}
article{background:var(--paper);border:1px solid var(--rule);border-radius:.4rem;padding:1.25rem;margin-bottom:1rem}
h1,.title{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem}
h1+p,.title+p{margin-top:0}
.head{margin:1.5rem 0 .35rem;font-size:1.05rem;line-height:1.3}
p{margin:.5rem 0}
.state{border-left:.35rem solid var(--no);background:var(--no-bg);padding:.65rem .9rem;margin:.9rem 0}
.state.open{border-color:var(--yes);background:var(--yes-bg)}
.state p{margin:.15rem 0}
.state .next{font-weight:600;font-size:1.08rem}
.soft{color:var(--soft)}
ul,ol{margin:.35rem 0;padding-left:1.25rem}
dl{display:grid;grid-template-columns:2.4rem 1fr;gap:.3rem .5rem;margin:.35rem 0}
dt{color:var(--soft);font-variant-numeric:tabular-nums}
dd{margin:0}
.line{display:block;margin:.5rem 0 .1rem;overflow:visible}
.line text{fill:var(--soft);font-size:13px}
.line line{stroke:var(--soft);stroke-width:1}
.line .yes{fill:var(--yes)}
.line .no{fill:none;stroke:var(--no);stroke-width:1.5;stroke-dasharray:3 2}
.line line.now{stroke:var(--ink);stroke-width:2}
.line text.now{fill:var(--ink);font-weight:600}
.key{display:flex;flex-wrap:wrap;gap:.15rem 1.25rem;margin:.1rem 0 .5rem;padding:0;list-style:none;color:var(--soft);
font-size:.9rem}
.key svg{display:inline-block;vertical-align:middle;margin:0 .4rem 0 0}
label{display:block;margin:.35rem 0 .15rem}
details.ask{margin:.9rem 0}
summary{cursor:pointer;font-weight:600;color:var(--link)}
summary:focus-visible,select:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.asked li{margin:.35rem 0}
input,select{font:inherit;width:100%;max-width:24rem;padding:.45rem .6rem;color:inherit;background:var(--bg);
border:1px solid var(--soft);border-radius:.3rem}
button{font:inherit;font-weight:600;margin-top:.6rem;padding:.5rem .9rem;color:var(--paper);background:var(--link);
border:0;border-radius:.3rem}
footer{color:var(--soft);font-size:.9rem;padding-bottom:2rem}
@media(min-width:70rem){header,main,footer{max-width:84rem}main{display:grid;grid-template-columns:1fr 1fr;gap:1rem;
align-items:start}}
@media(max-width:30rem){article{padding:1rem;border-radius:0;border-left:0;border-right:0;margin-left:-1rem;
margin-right:-1rem}h1,.title{font-size:1.3rem}}
@media print{main{display:block}:root{color-scheme:light;--bg:#fff;--paper:#fff;--ink:#000;--soft:#333;--rule:#999;
--no:#000;--no-bg:#fff;--yes:#444;--yes-bg:#fff;--link:#000}
body{font-size:10.5pt}article{border:0;padding:0}header a,form,details,.skip{display:none}.head{break-after:avoid}
li,dd,.state{break-inside:avoid}.line .yes{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.state{border:1px solid #000}}
""".strip()

# Counts by the clock that no one sets, from the seconds that were left when the page was made. Then: looks again
# while a request waits. Where the site itself answers at last, it is said to be open.
SCRIPT = """
(()=>{const all=document.querySelectorAll('[data-left]'),from=performance.now();if(!all.length)return;
const end=Number(all[0].dataset.left),late=2+Math.random()*20;let done=false;
const turn=()=>{const left=end-(performance.now()-from)/1000,whole=Math.max(0,Math.ceil(left)),
h=Math.floor(whole/3600),m=Math.floor(whole%3600/60),s=whole%60;
for(const one of all)one.textContent=left>0?one.dataset.words.replace('{h}',h).replace('{m}',m).replace('{s}',s):
one.dataset.arrived;
if(left<-late&&!done){done=true;location.reload()}};
turn();setInterval(turn,1000)})();
(()=>{const live=()=>document.querySelector('[data-follow]');
const look=async()=>{try{const got=await fetch(location.href,{cache:'no-store',redirect:'manual'}),
there=new DOMParser().parseFromString(await got.text(),'text/html'),
fresh=there.querySelectorAll('.asked'),ours=there.querySelector('main[data-pages]');
document.querySelectorAll('.asked').forEach((old,at)=>{if(!ours){const way=document.createElement('a');way.href='/';
way.textContent=old.dataset.opened;old.replaceChildren(way);delete old.dataset.follow}
else if(fresh[at]&&old.outerHTML!==fresh[at].outerHTML)old.replaceWith(fresh[at])})}catch{}
if(live())setTimeout(look,document.hidden?5000:1000)};
if(live())setTimeout(look,1000)})();
""".strip()


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_hash(STYLE)}",
        f"script-src {_hash(SCRIPT)}",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""The Content-Security-Policy of every page (CSP level 3): nothing but this style and this script."""
