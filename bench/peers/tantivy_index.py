"""tantivy: a search engine library in Rust, BM25 over words, any word of the paste being enough."""

import re
from collections.abc import Sequence

import tantivy

from bench.peers import Rows
from bench.ranked import Hit

WORD = re.compile(r"[^\W_]+")
WRITER_BYTES = 128_000_000


class TantivyIndex:
    """An index in memory."""

    def __init__(self, rows: Rows) -> None:
        self._schema = (
            tantivy.SchemaBuilder()
            .add_text_field("id", stored=True, tokenizer_name="raw")
            .add_text_field("text", tokenizer_name="default", index_option="freq")
            .build()
        )
        index = tantivy.Index(self._schema)
        writer = index.writer(WRITER_BYTES, num_threads=1)
        for row_id, text in rows:
            writer.add_document(tantivy.Document(id=row_id, text=text))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def search(self, text: str, count: int) -> Sequence[Hit]:
        """Return the best rows, best first."""
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", word, index_option="freq"))
            for word in dict.fromkeys(WORD.findall(text.lower()))
        ]
        if not terms:
            return []
        hits = self._searcher.search(tantivy.Query.boolean_query(terms), limit=count, count=False).hits
        return [(self._searcher.doc(address)["id"][0], score) for score, address in hits]
