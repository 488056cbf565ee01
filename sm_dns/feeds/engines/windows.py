"""Windows DNS: the governed domains as conditional forwarders; a script puts them there and takes them away."""

from __future__ import annotations

from sm_dns.feeds.engines.ready import MARK, Ready, Wanted

FILE = "smdns.ps1"

_SCRIPT = r"""
# Without -Replicate the forwarders are of this server alone; with it they are of every DNS server of the domain.
param([switch]$Replicate, [switch]$Remove)
$ErrorActionPreference = 'Stop'

$there = @{}
foreach ($zone in Get-DnsServerZone | Where-Object ZoneType -eq 'Forwarder') {
    $masters = @($zone.MasterServers | ForEach-Object { $_.IPAddressToString })
    if (-not (Compare-Object $masters $servers)) { $there[$zone.ZoneName.TrimEnd('.').ToLower()] = $true }
}
$wanted = @{}
if (-not $Remove) { foreach ($name in $domains) { $wanted[$name] = $true } }

foreach ($name in $there.Keys) {
    if (-not $wanted[$name]) { Remove-DnsServerZone -Name $name -Force }
}
foreach ($name in $wanted.Keys) {
    if ($there[$name]) { continue }
    $how = @{ Name = $name; MasterServers = $servers; ForwarderTimeout = 3 }
    if ($Replicate) { $how.ReplicationScope = 'Domain' }
    Add-DnsServerConditionalForwarderZone @how
}

# What sm-dns says lives as long as it says: a permitted name ends at the edge, to the second.
Set-DnsServerCache -MaxTtl ([TimeSpan]::FromSeconds(@TTL@)) -MaxNegativeTtl ([TimeSpan]::FromSeconds(60))
Clear-DnsServerCache -Force
Write-Output "$($wanted.Count) domains are asked of $($servers -join ', ')"
"""


def forward(wanted: Wanted) -> Ready:
    """A script for PowerShell. A conditional forwarder has no port: sm-dns must answer at 53."""
    servers = ", ".join(f"'{one.address}'" for one in wanted.resolvers)
    domains = ",\n".join(f"  '{domain}'" for domain in wanted.domains)
    body = _SCRIPT.replace("@TTL@", str(wanted.ttl))
    parameters, rest = body.split("$ErrorActionPreference", 1)
    text = f"# {MARK}{parameters}$servers = @({servers})\n$domains = @(\n{domains}\n)\n$ErrorActionPreference{rest}"
    steps = (
        f"copy {FILE} to a domain controller",
        f"in PowerShell as administrator: .\\{FILE} -Replicate",
        "run it again when lists have changed; .\\smdns.ps1 -Remove takes all of it back",
    )
    return Ready({FILE: text.replace("\n", "\r\n")}, steps)
