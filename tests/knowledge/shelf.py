"""A small shelf of entries of our own for the tests of the matcher."""

from knowledge.entry import Entry, Kind, Section, Signature, SignatureKind, Variant


def issue(
    entry_id,
    *signatures,
    title="",
    phrases=(),
    korean=(),
    general=False,
    tags=(),
    symptom="",
    counterexamples=(),
):
    """An entry in memory; signatures are texts, or Signature objects."""
    variants = {"en": Variant(title or entry_id.replace("-", " "), {Section.SYMPTOM: symptom}, tuple(phrases))}
    if korean:
        variants["ko"] = Variant(korean[0], {}, tuple(korean[1:]))
    return Entry(
        entry_id,
        Kind.ISSUE,
        variants,
        tuple(item if isinstance(item, Signature) else Signature(item) for item in signatures),
        tuple(tags),
        general,
        counterexamples=tuple(counterexamples),
    )


def pattern(text):
    """A signature with wildcards."""
    return Signature(text, SignatureKind.PATTERN)


def regex(text):
    """A signature that is a regular expression."""
    return Signature(text, SignatureKind.REGEX)


SHELF = (
    issue(
        "ledger-shard-limit",
        pattern("this action would add [{{added}}] total shards, but this cluster has [{{open}}]/[{{limit}}] open"),
        title="The ledger index refuses new shards because the limit is reached",
        phrases=("new daily index is not created since midnight",),
        korean=("샤드 한도에 도달해서 인덱스가 생성되지 않습니다", "오늘 인덱스가 만들어지지 않았습니다"),
        tags=("ledger", "shards"),
    ),
    issue(
        "vault-token-denied",
        "VaultTokenErr: failed to exchange the projected token",
        "AccessDenied: not authorized to assume the vault role",
        title="A pod may not exchange its token for a vault role",
        phrases=("workload gets 403 from vault although the role exists",),
        tags=("vault", "iam"),
    ),
    issue(
        "queue-consumer-rebalance",
        "CommitFailedException: the group has already rebalanced and assigned the partitions to another member",
        title="A consumer loses its partitions while it works",
        tags=("queue", "consumer"),
    ),
    issue(
        "mailer-certificate-expired",
        regex(r"x509: certificate has expired or is not yet valid: current time (?P<now>\S+) is after (?P<end>\S+)"),
        title="The mailer's certificate has expired",
        tags=("mailer", "tls"),
    ),
    issue(
        "name-lookup-fails",
        "lookup failed: no such host",
        title="A name cannot be resolved",
        general=True,
        tags=("dns",),
    ),
    issue(
        "bank-name-lookup-fails",
        "bankgateway lookup failed: no such host",
        title="The bank's gateway cannot be resolved behind the proxy",
        tags=("dns", "bank"),
        counterexamples=("sandbox bankgateway lookup failed: no such host",),
    ),
)
